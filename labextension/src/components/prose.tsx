import * as React from 'react';
import { useServices } from '../services';

/** What is still being written, as plain text: half of a word in bold would jump. */
export function Prose(props: { text: string }): JSX.Element | null {
  const text = props.text.trim();
  return text ? <p className="am-Prose am-mod-plain">{text}</p> : null;
}

/** Prose as HTML that the kernel made harmless; what came over the wire is made so once more here. */
export function Words(props: { html: string; className: string }): JSX.Element | null {
  const { rendermime } = useServices();
  const html = React.useMemo(
    () => rendermime.sanitizer.sanitize(props.html),
    [props.html, rendermime]
  );
  return html ? (
    <div className={`am-Prose ${props.className}`} dangerouslySetInnerHTML={{ __html: html }} />
  ) : null;
}
