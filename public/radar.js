import { byId, fraction, svg } from './dom.js';

const CENTRE = 160;
const EDGE = 146;
/** The middle is cosine 1, the edge cosine 0. */
const radius = (value) => EDGE * (1 - fraction(value));

/** Draws the question in the middle and every match at the distance of its score. */
export function drawRadar(matches, threshold) {
  const rings = [0, 0.2, 0.4, 0.6, 0.8].map((value) => ring(radius(value), 'ring'));
  const beam = svg('path', {
    d: `M160 160 L${at(EDGE, -75)} A${EDGE} ${EDGE} 0 0 1 ${at(EDGE, -15)} Z`,
    fill: 'url(#beam)',
    class: 'beam',
  });
  const cross = svg('path', {
    d: `M${CENTRE - EDGE} 160 H${CENTRE + EDGE} M160 ${CENTRE - EDGE} V${CENTRE + EDGE}`,
    class: 'cross',
  });
  const border = ring(radius(threshold), 'border');
  const number = svg(
    'text',
    { x: 160, y: CENTRE - radius(threshold) + 4, class: 'ring-label' },
    String(threshold),
  );
  const dots = matches.map(dot);
  const middle = svg('circle', { cx: CENTRE, cy: CENTRE, r: 4.5, class: 'middle' });
  byId('radar').replaceChildren(beamFade(), ...rings, cross, beam, border, number, middle, ...dots);
}

/** The beam is bright where it is and dim where it was. */
function beamFade() {
  const [x1, y1] = point(EDGE, -75);
  const [x2, y2] = point(EDGE, -15);
  const gradient = svg('linearGradient', { id: 'beam', gradientUnits: 'userSpaceOnUse', x1, y1, x2, y2 });
  gradient.append(
    svg('stop', { offset: 0, class: 'stop', 'stop-opacity': 0 }),
    svg('stop', { offset: 1, class: 'stop', 'stop-opacity': 0.32 }),
  );
  return svg('defs', {}, gradient);
}

function dot(match, index, all) {
  const distance = radius(match.score);
  // Spread around by rank, from the upper right on, so that dots of like scores stay apart.
  const angle = -41 + (index * 360 * 2) / Math.max(5, all.length | 1);
  const [x, y] = point(distance, angle);
  const className = match.lowConfidence ? 'dot weak' : 'dot';
  return svg(
    'g',
    { class: className },
    svg('line', { x1: CENTRE, y1: CENTRE, x2: x, y2: y, class: 'ray' }),
    svg('circle', { cx: x, cy: y, r: 11 }),
    svg('text', { x, y: y + 4 }, String(index + 1)),
  );
}

const ring = (r, className) => svg('circle', { cx: CENTRE, cy: CENTRE, r, class: className });

function point(distance, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [CENTRE + distance * Math.cos(angle), CENTRE + distance * Math.sin(angle)].map(
    (n) => Math.round(n * 100) / 100,
  );
}

const at = (distance, degrees) => point(distance, degrees).join(' ');
