export type InboxCommand = 'down' | 'up' | 'open' | 'take' | 'reply'

const commands: Readonly<Record<string, InboxCommand>> = { j: 'down', k: 'up', Enter: 'open', t: 'take', r: 'reply' }

/** What a key asks of the inbox; nothing while somebody writes, picks, or uses a shortcut of the browser. */
export function readCommand(event: KeyboardEvent): InboxCommand | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null
  const target = event.target instanceof HTMLElement ? event.target : null
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return null
  // A link or button that has the focus answers Enter itself.
  if (event.key === 'Enter' && target?.closest('a, button')) return null
  return commands[event.key] ?? null
}
