import { createApp } from 'vue'
import BoardPage from './board-page.vue'
import './board.css'

createApp(BoardPage).mount('#app')
