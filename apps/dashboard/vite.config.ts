import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

/** Packages of the first load change less often than the page, so browsers can keep these files. */
const firstLoadGroups = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, tags: ['$initial' as const] },
  { name: 'packages', test: /node_modules/, tags: ['$initial' as const] },
];

export default defineConfig(({ command, mode }) => {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const { PORT = '3000', BASE_PATH = '' } = loadEnv(mode, repository, ['PORT', 'BASE_PATH']);
  const basePath = BASE_PATH.trim().replace(/\/+$/, '');
  /** Where the server listens under `pnpm dev`. It knows its routes with and without `BASE_PATH`. */
  const server = { target: `http://127.0.0.1:${PORT}`, changeOrigin: false, ws: true };
  return {
    // Relative, so that the built page works below any path of a host. In development, the path of the session's cookie.
    base: command === 'build' ? './' : `${basePath}/`,
    plugins: [
      react(),
      compression({
        algorithms: [defineAlgorithm('gzip', { level: 9 }), 'brotliCompress'],
        threshold: 1_000,
        logLevel: 'silent',
      }),
    ],
    server: { port: 5173, proxy: { [`${basePath}/trpc`]: server, [`${basePath}/api`]: server } },
    build: {
      target: 'es2022',
      // The page's content security policy allows files from the server, but no inlined assets.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { output: { codeSplitting: { groups: firstLoadGroups } } },
    },
  };
});
