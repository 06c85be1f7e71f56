/** What a key asks of a page, by the page's own table; nothing while somebody writes, picks, or uses a shortcut of the browser. */
export function readKey<Command extends string>(event: KeyboardEvent, commands: Readonly<Record<string, Command>>): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null
  const target = event.target instanceof HTMLElement ? event.target : null
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return null
  // A link or button that has the focus answers Enter itself.
  if (event.key === 'Enter' && target?.closest('a, button')) return null
  return commands[event.key] ?? null
}
