/** A button that looks like a link. */
export function quietButton(words: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.textContent = words;
  button.addEventListener('click', onClick);
  return button;
}
