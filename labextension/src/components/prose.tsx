import * as React from 'react';

/**
 * A model's prose: paragraphs, **strong** words and `code`, made of text nodes. It is never read as Markdown, as a
 * picture in it could carry data to a server.
 */
export function Prose(props: { text: string }): JSX.Element | null {
  const paragraphs = props.text
    .trim()
    .split(/\n{2,}/)
    .filter(Boolean);
  return paragraphs.length ? (
    <div className="am-Prose">
      {paragraphs.map((paragraph, index) => (
        <p key={index}>{inline(paragraph)}</p>
      ))}
    </div>
  ) : null;
}

function inline(text: string): React.ReactNode[] {
  return text.split(/(\*\*[^*\n]+\*\*|`[^`\n]+`)/).map((part, index) => {
    if (part.startsWith('**') && part.length > 4) {
      return <strong key={index}>{part.slice(2, -2)}</strong>;
    }
    if (part.startsWith('`') && part.length > 2) {
      return <code key={index}>{part.slice(1, -1)}</code>;
    }
    return part;
  });
}
