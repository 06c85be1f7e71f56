import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

/** Where each page's HTML goes in dist/web; the source stands beside the code of its page. */
const pages = {
  'src/channels/web-chat/index.html': 'index.html',
  'src/channels/web-board/index.html': 'board/index.html',
  'src/desk/web/index.html': 'desk/index.html',
} as const

/** Has no HTML of its own and imports nothing. */
const worker = 'src/desk/web/field/worker.ts'

export default defineConfig({
  publicDir: false,
  plugins: [vue(), placePages()],
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    // Nothing inlined: the pages are served under a policy without inline styles or scripts.
    assetsInlineLimit: 0,
    // Phones that are five years old.
    target: ['es2020', 'chrome87', 'safari14'],
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: [...Object.keys(pages), worker],
      // What opens the desk without a line must keep its name and stand above what it serves.
      output: { entryFileNames: ({ facadeModuleId }) => (facadeModuleId?.endsWith(worker) === true ? 'desk/worker.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})

function placePages(): Plugin {
  return {
    name: 'place-pages',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const [from, to] of Object.entries(pages)) {
        const html = bundle[from]
        if (html?.type !== 'asset') continue
        delete bundle[from]
        this.emitFile({ type: 'asset', fileName: to, source: html.source })
      }
    },
  }
}
