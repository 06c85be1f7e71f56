import { createApp } from 'vue'
import ChatPage from './chat-page.vue'
import { applyTextSize, readTextSize } from './text-size.js'
import './palette.css'
import './chat.css'

applyTextSize(readTextSize())
createApp(ChatPage).mount('#app')
