import * as React from 'react';

/** What the kernel's Markdown consists of; anything else is shown as its text. */
const TAGS = new Set(
  'p br hr strong em code pre ul ol li blockquote table thead tbody tr th td'.split(' ')
);
const EMPTY = new Set(['br', 'hr']);
const BLOCKS = new Set(['p', 'li', 'td', 'th', 'blockquote']);

/** What is still being written, as plain text: half of a word in bold would jump. */
export function Prose(props: { text: string }): JSX.Element | null {
  const text = props.text.trim();
  return text ? (
    <p className="am-Prose am-mod-plain" dir="auto">
      {text}
    </p>
  ) : null;
}

/** Prose as HTML that the kernel made harmless; here it is built anew of known elements without attributes. */
export function Words(props: { html: string; className: string }): JSX.Element | null {
  const content = React.useMemo(
    () => elements(new DOMParser().parseFromString(props.html, 'text/html').body),
    [props.html]
  );
  return content.length ? (
    <div className={`am-Prose ${props.className}`} dir="auto">
      {content}
    </div>
  ) : null;
}

function elements(parent: Node): React.ReactNode[] {
  return Array.from(parent.childNodes).map((node, index) => {
    const tag = node.nodeName.toLowerCase();
    if (!TAGS.has(tag)) {
      return node.textContent;
    }
    const first = node instanceof HTMLOListElement && node.start !== 1 ? { start: node.start } : {};
    const number = node instanceof HTMLLIElement && node.value ? { value: node.value } : {};
    const children = EMPTY.has(tag) ? [] : elements(node);
    const direction = BLOCKS.has(tag) ? { dir: 'auto' } : {}; // each as its own first letters say
    return React.createElement(tag, { key: index, ...direction, ...first, ...number }, ...children);
  });
}
