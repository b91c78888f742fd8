import { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import * as React from 'react';
import { useServices } from '../services';
import { Shown } from '../turns';
import { DocumentCard } from './document';

/** One result of an answer. All but a file's card is shown by JupyterLab's renderers, as outputs that are not trusted. */
export function ResultView(props: { result: Shown }): JSX.Element {
  const { result } = props;
  if (result.document) {
    return <DocumentCard document={result.document} />;
  }
  return <Rendered result={result} />;
}

function Rendered(props: { result: Shown }): JSX.Element {
  const { rendermime } = useServices();
  const host = React.useRef<HTMLDivElement>(null);
  const { result } = props;
  React.useLayoutEffect(() => {
    const data = result.data as ReadonlyPartialJSONObject;
    const mimeType = rendermime.preferredMimeType(data, 'ensure');
    if (!mimeType || !host.current) {
      return;
    }
    const renderer: IRenderMime.IRenderer = rendermime.createRenderer(mimeType);
    renderer.node.dataset.mimeType = mimeType;
    // On the page before it draws: Plotly measures its node.
    Widget.attach(renderer, host.current);
    const resized = new ResizeObserver(() => {
      MessageLoop.sendMessage(renderer, Widget.ResizeMessage.UnknownSize);
    });
    void renderer.renderModel(rendermime.createModel({ data, trusted: false })).then(() => {
      if (host.current && !renderer.isDisposed) {
        resized.observe(host.current);
      }
    });
    return () => {
      resized.disconnect();
      renderer.dispose();
    };
  }, [result, rendermime]);
  const label = String(result.data['text/plain'] ?? result.kind).split('\n')[0];
  const role = result.kind === 'figure' ? 'img' : 'group';
  return (
    <div
      ref={host}
      className={`am-Result am-mod-${result.kind}`}
      role={role}
      aria-label={role === 'img' ? label.slice(0, 300) : `Result ${result.index + 1}`}
    />
  );
}
