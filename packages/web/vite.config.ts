import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite dev` shows the pages of the sources on the data of a running server. */
const server = process.env['BELLWETHER_URL'] ?? 'http://127.0.0.1:2355';

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2023', reportCompressedSize: true },
  server: { proxy: { '/api': server, '/metrics': server, '/-/': server } },
});
