# The production image: the server, its production dependencies and Node. It needs a PostgreSQL (DATABASE_URL).
# docs/deployment.md says how to run it. apps/server/test/deployment/image.test.ts runs these steps and starts
# the result.

# Everything that the build takes from elsewhere is pinned by its hash: the base image here and in docker-compose.yml, pnpm in
# docker/pnpm/package-lock.json, all other packages in pnpm-lock.yaml (docs/deployment.md says how to update them).

# The folders are the same as in the workspace. `pnpm deploy` would move the workspace packages into node_modules, where
# Node refuses to run TypeScript.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS dependencies
WORKDIR /app
COPY docker/pnpm docker/pnpm/
RUN npm ci --prefix docker/pnpm --ignore-scripts
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/server/package.json apps/server/
COPY packages/api/package.json packages/api/
COPY packages/contract/package.json packages/contract/
COPY packages/db/package.json packages/db/
COPY packages/embedded-postgres/package.json packages/embedded-postgres/
RUN docker/pnpm/node_modules/@pnpm/exe.*/pnpm install --prod --frozen-lockfile --filter @paydeck/server...
# Two thirds of the size are never used here: pnpm, the embedded PostgreSQL, and the compiler and types that are peer dependencies.
RUN rm -rf docker && cd node_modules/.pnpm && rm -rf @embedded-postgres+* typescript@* @typescript+* @types+*

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS page
WORKDIR /app
COPY docker/pnpm docker/pnpm/
RUN npm ci --prefix docker/pnpm --ignore-scripts
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/dashboard/package.json apps/dashboard/
COPY packages/client/package.json packages/client/
COPY packages/contract/package.json packages/contract/
COPY packages/payment-files/package.json packages/payment-files/
RUN docker/pnpm/node_modules/@pnpm/exe.*/pnpm install --prod --frozen-lockfile --filter @paydeck/dashboard...
COPY apps/dashboard apps/dashboard/
COPY packages/client packages/client/
COPY packages/contract packages/contract/
COPY packages/payment-files packages/payment-files/
RUN node apps/dashboard/build/build-page.ts

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app ./
COPY apps/server apps/server/
COPY packages/api packages/api/
COPY packages/contract packages/contract/
COPY packages/db packages/db/
COPY packages/embedded-postgres packages/embedded-postgres/
COPY --from=page /app/apps/dashboard/dist apps/dashboard/dist/
# The files belong to root, so the server can't change its own code.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1, so it gets the signals. On SIGTERM it finishes requests, closes sockets and exits with 0 within 15 s.
CMD ["node", "--import=./apps/server/src/compile-cache.js", "--initial-heap-size=96", "--max-semi-space-size=16", "--heap-growing-percent=30", "apps/server/src/main.ts"]
