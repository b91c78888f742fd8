import * as React from 'react';
import { bringsData } from '../askfile';
import { ReadDraft } from '../complete';
import { Conversation } from '../conversation';
import { useCatalog, useServices } from '../services';
import { Link, search } from '../state';
import { useConversation, useLanguage } from '../store';
import { failure } from '../turns';
import { ErrorView } from './errorview';
import { Header } from './header';
import { Transcript } from './transcript';
import { LinkNote, Welcome } from './welcome';
import { trans } from '../translation';

// Fetched when the panel is first shown: the page loads without them.
const Composer = React.lazy(async () => ({ default: (await import('./composer')).Composer }));
const PreviewView = React.lazy(async () => ({ default: (await import('./preview')).PreviewView }));

const CANNOT_ASK: Link['at'][] = ['missing', 'not-python'];

/** All of the panel, for one notebook. */
export function PanelView(props: {
  conversation: Conversation;
  inputRef: React.RefObject<HTMLTextAreaElement>;
  enterAsks: boolean;
  /** The box is there, in which a question is written. */
  onReady?: () => void;
  onMustWait: (text: string) => void;
}): JSX.Element {
  const { conversation, inputRef } = props;
  const state = useConversation(conversation);
  const language = useLanguage();
  const services = useServices();
  const { endings } = useCatalog();
  const { link, notice, turns, preview } = state;
  const [words, setWords] = React.useState<string | null>(null);
  const empty = link.at === 'connected' && link.frames?.length === 0;
  React.useEffect(() => {
    if (empty) {
      void services.dataFiles().then(files => conversation.dispatch({ type: 'found', files }));
    }
  }, [empty]);
  const ask = ({ text, draft, investigate, ...options }: ReadDraft) => {
    if (conversation.mustWait) {
      props.onMustWait(text);
      conversation.notify(
        failure(
          trans.__(
            'Waiting for the kernel: it has no subshells, so it answers nothing while a cell runs.'
          ),
          trans.__('The question stands in a cell of the notebook; run it there.')
        )
      );
      return;
    }
    const refine = state.refining ? { refine: state.refining } : {};
    const needs = {
      kernel: services.startKernel,
      data: !bringsData(text, endings),
      cells: services.hasCode(),
      draft
    };
    void (investigate
      ? conversation.investigate(text, needs)
      : conversation.ask(text, { ...refine, ...options }, needs));
  };
  const shown = words === null ? turns : search(turns, words);
  return (
    <div className="am-View" lang={language} data-connection={link.at}>
      {link.at === 'connected' && (
        <Header
          conversation={conversation}
          link={link}
          searching={words !== null}
          onSearch={() => setWords(words === null ? '' : null)}
        />
      )}
      <LinkNote conversation={conversation} link={link} />
      {words !== null && (
        <div className="am-Row am-Search">
          <input
            className="am-Input"
            type="search"
            autoFocus
            aria-label={trans.__('Search the questions')}
            placeholder={trans.__('Words of a question or an answer')}
            value={words}
            onChange={event => setWords(event.target.value)}
            onKeyDown={event => event.key === 'Escape' && setWords(null)}
          />
          <span className="am-Type" role="status">
            {trans.__('%1 of %2', trans.number(shown.length), trans.number(turns.length))}
          </span>
        </div>
      )}
      {preview ? (
        <React.Suspense fallback={null}>
          <PreviewView
            preview={preview}
            onClose={() => conversation.dispatch({ type: 'previewed', preview: null })}
          />
        </React.Suspense>
      ) : (
        <Transcript conversation={conversation} turns={shown} whole={!words}>
          {link.at === 'connected' && (!turns.length || empty) && (
            <Welcome
              conversation={conversation}
              link={link}
              files={state.files}
              onAsk={text => ask({ text, draft: text })}
            />
          )}
        </Transcript>
      )}
      {notice && <ErrorView error={notice} onClose={() => conversation.notify(null)} />}
      <React.Suspense fallback={<div className="am-Composer" />}>
        <Composer
          conversation={conversation}
          state={state}
          disabled={CANNOT_ASK.includes(link.at)}
          inputRef={inputRef}
          enterAsks={props.enterAsks}
          onReady={props.onReady}
          onAsk={ask}
        />
      </React.Suspense>
    </div>
  );
}
