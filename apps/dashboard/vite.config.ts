import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

/** Where `pnpm dev` has the server. */
const server = { target: 'http://127.0.0.1:3000', changeOrigin: false, ws: true };

export default defineConfig({
  plugins: [
    react(),
    compression({
      algorithms: [defineAlgorithm('gzip', { level: 9 }), 'brotliCompress'],
      threshold: 1_000,
      logLevel: 'silent',
    }),
  ],
  server: { port: 5173, proxy: { '/trpc': server, '/api': server, '/health': server } },
  build: {
    target: 'es2022',
    // The page may load what the server serves, and nothing that is written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
