/** Put `text` on the clipboard; rejects when the browser does not let us. */
export async function copyText(text: string): Promise<void> {
  // Browsers offer navigator.clipboard only on https and localhost.
  if (navigator.clipboard as Clipboard | undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  // Deprecated, and the only way where there is no navigator.clipboard.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) {
    throw new Error('the browser did not let us copy; select the text and copy it by hand');
  }
}
