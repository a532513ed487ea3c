import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

export default defineConfig(({ mode }) => {
  const { PORT = '3000' } = loadEnv(mode, '../..', 'PORT');
  /** Where the server listens under `pnpm dev`. */
  const server = { target: `http://127.0.0.1:${PORT}`, changeOrigin: false, ws: true };
  return {
    plugins: [
      react(),
      compression({
        algorithms: [defineAlgorithm('gzip', { level: 9 }), 'brotliCompress'],
        threshold: 1_000,
        logLevel: 'silent',
      }),
    ],
    server: { port: 5173, proxy: { '/trpc': server, '/api': server } },
    build: {
      target: 'es2022',
      // The page's content security policy allows files from the server, but no inlined assets.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  };
});
