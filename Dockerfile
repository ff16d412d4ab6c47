# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY models/builtin ./models/builtin
COPY knowledge ./knowledge
COPY public ./public
# The data folder is the one thing that is written to: mount a volume there.
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 3000
# A reachable host needs a key: docker run -e KB_API_KEY=… -p 3000:3000 meaning-radar
ENV KB_HOST=0.0.0.0
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.KB_PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/kb.js", "serve"]
