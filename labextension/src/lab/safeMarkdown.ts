import DOMPurify from 'dompurify';
import { Marked } from 'marked';

/** Text, lists, tables, code and links; `img` and `input` are replaced below. */
const TAGS = [
  ...['p', 'br', 'hr', 'div', 'span', 'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  ...['em', 'strong', 'b', 'i', 'u', 's', 'del', 'ins', 'sub', 'sup', 'small', 'mark', 'abbr', 'q', 'cite'],
  ...['ul', 'ol', 'li', 'dl', 'dt', 'dd'],
  ...['table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
  ...['pre', 'code', 'kbd', 'samp', 'var'],
  ...['a', 'img', 'input']
];
const ATTRIBUTES = ['href', 'src', 'alt', 'align', 'start', 'colspan', 'rowspan', 'type', 'checked'];
const LINK = /^(?:https?:\/\/|mailto:)/i;
const REMOTE = /^(?:https?:)?[\\/]{2}/i;
/** A picture that is in the text itself, of a kind that cannot ask for anything more. */
const EMBEDDED = /^data:image\/(?:png|jpeg|gif|webp);base64,/i;

// Instances of our own: what another extension adds to the shared ones changes nothing here.
const marked = new Marked({ gfm: true, async: false });
const purify = DOMPurify(window);

/**
 * Markdown that somebody else wrote, as nodes that do nothing by themselves.
 *
 * JupyterLab's own renderer keeps forms, buttons with commands, `data-*` and pictures from anywhere, and fetching a
 * picture tells its author who looked. Here a remote picture is fetched when somebody clicks.
 */
export function safeMarkdown(text: string): DocumentFragment {
  const html = marked.parse(text) as string;
  const fragment = purify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true
  });
  // The fragment belongs to a document that fetches nothing, so all of this is in time.
  fragment.querySelectorAll('a').forEach(guardLink);
  fragment.querySelectorAll('img').forEach(guardPicture);
  fragment.querySelectorAll('input').forEach(input => input.replaceWith(input.checked ? '☑' : '☐'));
  return fragment;
}

function guardLink(link: HTMLAnchorElement): void {
  if (LINK.test(link.getAttribute('href') ?? '')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  } else {
    // Relative to what, nobody can tell; it would be an address of the Jupyter server.
    link.removeAttribute('href');
  }
}

function guardPicture(picture: HTMLImageElement): void {
  const source = picture.getAttribute('src') ?? '';
  if (REMOTE.test(source)) {
    picture.replaceWith(pictureButton(source, picture.alt));
  } else if (!EMBEDDED.test(source)) {
    picture.replaceWith(picture.alt || 'picture');
  }
}

/** Fetches the picture at `source` once it is clicked, and is replaced by it. */
function pictureButton(source: string, alt: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'mreg-link';
  button.textContent = alt ? `Show picture: ${alt}` : 'Show picture';
  button.title = source;
  button.addEventListener('click', event => {
    // Inside a link, it is the picture that was meant.
    event.preventDefault();
    const picture = document.createElement('img');
    picture.alt = alt;
    picture.referrerPolicy = 'no-referrer';
    picture.src = source;
    button.replaceWith(picture);
  });
  return button;
}
