/** Slack's documented limits, and one that is not (https://github.com/slackapi/bolt-js/issues/2509). */
export const slackLimits = {
  /** Blocks of a message. */
  blocks: 50,
  /** Blocks of a modal or a home tab. */
  viewBlocks: 100,
  sectionText: 3000,
  headerText: 150,
  buttonText: 75,
  buttonValue: 2000,
  /** Elements of an actions block. */
  actions: 25,
  contextElements: 10,
  privateMetadata: 3000,
  modalTitle: 24,
  inputLength: 3000,
  /**
   * Characters of a message's blocks as JSON. Slack answers `msg_blocks_too_long` from about 13,200 on; the rest is
   * distance.
   */
  blocksTotal: 12_000,
  /** Characters of `text` that Slack recommends. */
  text: 4000,
} as const;
