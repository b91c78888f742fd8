import * as React from 'react';
import { Conversation } from '../conversation';
import { useServices } from '../services';
import { Connected, Link } from '../state';
import { trans } from '../translation';

/** Where the panel stands, in words. */
function said(at: Exclude<Link['at'], 'connected'>): string {
  const words: Record<typeof at, string> = {
    none: trans.__('No kernel runs for this notebook.'),
    looking: trans.__('Looking at the kernel …'),
    offered: trans.__('Analyst Magic is not loaded in this kernel.'),
    loading: trans.__('A cell is loading Analyst Magic …'),
    missing: trans.__(
      'Analyst Magic is not installed where this kernel runs. Install it there, as its README says, and connect again.'
    ),
    'not-python': trans.__('This kernel is not Python; the panel needs a Python kernel.'),
    connecting: trans.__('Connecting …'),
    lost: trans.__('The kernel is away; the panel connects again when it is back.')
  };
  return words[at];
}

/** Where the panel stands with the kernel, and the button that goes on from there. */
export function LinkNote(props: { conversation: Conversation; link: Link }): JSX.Element | null {
  const { conversation, link } = props;
  const { startKernel } = useServices();
  if (link.at === 'connected') {
    return null;
  }
  const connect = () => void conversation.connect();
  const next: Partial<Record<Link['at'], [string, () => void]>> = {
    none: [trans.__('Start a kernel'), () => void startKernel()],
    offered: [trans.__('Load it'), connect],
    missing: [trans.__('Connect'), connect],
    lost: [trans.__('Connect'), connect]
  };
  const [label, go] = next[link.at] ?? ['', connect];
  return (
    <div className="am-Connection" role="status">
      <span>{said(link.at)}</span>
      {label && (
        <button className="am-Button am-mod-primary" onClick={go}>
          {label}
        </button>
      )}
    </div>
  );
}

const EXAMPLE =
  "import pandas as pd\n\norders = pd.DataFrame({\n    'month': pd.date_range('2025-01-01', periods=12, freq='MS').repeat(3),\n" +
  "    'region': ['North', 'South', 'West'] * 12,\n    'revenue': [(37 * n) % 101 + 60 + 2 * n for n in range(36)],\n})";

/** What an empty conversation says: what can be asked, and where no data are there, how to have some. */
export function Welcome(props: {
  conversation: Conversation;
  link: Connected;
  files: readonly string[];
  onAsk: (question: string) => void;
}): JSX.Element {
  const { conversation, link, files, onAsk } = props;
  const services = useServices();
  const [opening, setOpening] = React.useState('');
  const use = (name: string) => {
    setOpening(name);
    void conversation.open(name).finally(() => setOpening(''));
  };
  if (!link.frames) {
    return <p className="am-Empty">{trans.__('Looking at the notebook’s data …')}</p>;
  }
  if (!link.frames.length) {
    return (
      <div className="am-Empty">
        <p>
          {trans.__(
            'This notebook has no data yet. Run a cell that makes a data frame, drop a data file here, or open one:'
          )}
        </p>
        <div className="am-Suggestions">
          {services.hasCode() && (
            <button className="am-Suggestion" onClick={() => services.runAllCells()}>
              {trans.__('Run all cells')}
            </button>
          )}
          {files.map(name => (
            <button
              key={name}
              className="am-Suggestion"
              disabled={opening !== ''}
              onClick={() => use(name)}
            >
              {opening === name ? trans.__('Opening %1 …', name) : name}
            </button>
          ))}
          <button className="am-Suggestion" onClick={() => services.insert(EXAMPLE)}>
            {trans.__('Put example data in a cell')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div className="am-Empty">
      <p>
        {trans.__(
          'Ask about %1 in plain words. The code that answers runs in a sandbox, never in your kernel.',
          link.frames.map(frame => frame.name).join(', ')
        )}
      </p>
      <Suggestions questions={link.suggestions} onAsk={onAsk} title={trans.__('For example:')} />
      {link.settings && !link.settings.remote && (
        <p className="am-Note">
          {trans.__(
            '%1 answers by rules, without a model: nothing leaves this machine. A model reads freer questions; choose one above.',
            link.settings.model
          )}
        </p>
      )}
      <p className="am-Note">
        {trans.__('Alt+A comes back here. @ names a frame or a column, / the form of the answer.')}
      </p>
    </div>
  );
}

/** Questions that one click asks. */
export function Suggestions(props: {
  questions: readonly string[];
  title: string;
  onAsk: (question: string) => void;
}): JSX.Element | null {
  return props.questions.length ? (
    <div className="am-Suggestions" role="group" aria-label={props.title}>
      <span className="am-Note">{props.title}</span>
      {props.questions.map(question => (
        <button
          key={question}
          type="button"
          className="am-Suggestion"
          title={trans.__('Ask this')}
          onClick={() => props.onAsk(question)}
        >
          {question}
        </button>
      ))}
    </div>
  ) : null;
}
