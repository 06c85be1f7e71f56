import { createApp } from 'vue'
import BoardPage from './board-page.vue'
import '../web-chat/palette.css'
import './board.css'

createApp(BoardPage).mount('#app')
