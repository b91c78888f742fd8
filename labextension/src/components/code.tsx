import * as React from 'react';
import { useServices } from '../services';
import { trans } from '../translation';

/** Code with its syntax in colours. It is only ever set as text. */
export function Code(props: { code: string; language: string }): JSX.Element {
  const { languages } = useServices();
  const host = React.useRef<HTMLElement>(null);
  React.useLayoutEffect(() => {
    const node = host.current;
    if (!node) {
      return;
    }
    const coloured = document.createElement('code');
    const language = languages.findBest(props.language);
    let current = true;
    node.textContent = props.code;
    void languages.highlight(props.code, language, coloured).then(() => {
      if (current && coloured.textContent === props.code) {
        node.replaceChildren(...Array.from(coloured.childNodes));
      }
    });
    return () => {
      current = false;
    };
  }, [props.code, props.language, languages]);
  return (
    <pre className="am-Code cm-editor" tabIndex={0} aria-label={trans.__('Code')}>
      <code ref={host} />
    </pre>
  );
}
