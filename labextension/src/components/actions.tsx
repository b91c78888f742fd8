import { addIcon, editIcon, ellipsesIcon, refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Conversation } from '../conversation';
import { copyPicture, copyTable } from '../copying';
import { goodIcon, wrongIcon } from '../icon';
import { CellOutput } from '../notebook';
import { useServices } from '../services';
import { Answered } from '../turns';
import { IconButton } from './iconbutton';
import { Item, Menu } from './menu';
import { trans } from '../translation';

/** What can be done with an answer: the frequent things as buttons, the others in a menu. */
export function Actions(props: { turn: Answered; conversation: Conversation }): JSX.Element {
  const { turn, conversation } = props;
  const { done } = turn;
  const services = useServices();
  const host = React.useRef<HTMLDivElement>(null);
  const [said, setSaid] = React.useState('');
  const [naming, setNaming] = React.useState<'' | 'save' | 'define'>('');
  React.useEffect(() => {
    const timer = said ? window.setTimeout(() => setSaid(''), 3000) : 0;
    return () => window.clearTimeout(timer);
  }, [said]);
  const tell = (work: Promise<unknown>, text: string) =>
    void work.then(
      () => setSaid(text),
      error =>
        setSaid(
          trans.__('That did not work: %1', String(error instanceof Error ? error.message : error))
        )
    );
  const insert = async () => {
    const reply = await conversation.request({ type: 'outputs', id: turn.id });
    services.insert(done.cell, (reply?.value.outputs as CellOutput[] | undefined) ?? []);
  };
  const save = async (name: string) => {
    if (naming) {
      setNaming('');
      const reply = await conversation.request({ type: naming, id: turn.id, name });
      if (reply) {
        setSaid(String(reply.value.message ?? trans.__('Saved in %1', String(reply.value.file))));
      }
    }
  };
  const table = turn.results.find(result => result.table && result.buffer);
  const figure = turn.results.find(result => result.kind === 'figure');
  const words = [done.answer, ...turn.results.map(r => (r.number ? r.number.text : ''))];
  const write = (text: string) => navigator.clipboard.writeText(text);
  const items: (Item | false)[] = [
    words.some(Boolean) && {
      label: trans.__('Copy as text'),
      run: () => tell(write(words.filter(Boolean).join('\n')), trans.__('Copied'))
    },
    table !== undefined && {
      label: trans.__('Copy as table'),
      run: () => tell(copyTable(table), trans.__('Copied, with tabs between the cells'))
    },
    figure !== undefined && {
      label: trans.__('Copy as picture'),
      run: () => tell(copyPicture(host.current!.closest('.am-Turn')!), trans.__('Copied'))
    },
    done.code !== '' && {
      label: trans.__('Copy code'),
      run: () => tell(write(done.code), trans.__('Copied'))
    },
    done.ok &&
      done.code_cell !== '' &&
      done.code_cell !== done.cell && {
        label: trans.__('Insert the code as a cell'),
        run: () => services.insert(done.code_cell)
      },
    done.ok &&
      done.code !== '' && { label: trans.__('Save as snippet'), run: () => setNaming('save') },
    done.metric !== null && {
      label: trans.__('Save as metric: %1', done.metric.formula).slice(0, 80),
      run: () => setNaming('define')
    }
  ];
  const offered = items.filter((item): item is Item => item !== false);
  const mark = (good: boolean) => void conversation.mark(turn.id, done.good === good ? null : good);
  return (
    <div
      className="am-Actions"
      ref={host}
      role="group"
      aria-label={trans.__('What to do with this answer')}
    >
      {done.ok && done.cell && (
        <IconButton
          worded
          icon={addIcon}
          label={trans.__('Insert')}
          title={trans.__('Put the question with its answer into the notebook')}
          onClick={() => void insert()}
        />
      )}
      {done.ok && (
        <IconButton
          worded
          icon={editIcon}
          label={trans.__('Refine')}
          title={trans.__('Ask on from this answer')}
          onClick={() => conversation.refine(turn.id)}
        />
      )}
      <IconButton
        worded
        icon={refreshIcon}
        label={trans.__('Ask again')}
        onClick={() => conversation.again(turn)}
      />
      {done.history !== null && done.ok && (
        <>
          <IconButton
            icon={goodIcon}
            label={trans.__('Good')}
            pressed={done.good === true}
            title={trans.__('Right: an example for later questions')}
            onClick={() => mark(true)}
          />
          <IconButton
            icon={wrongIcon}
            label={trans.__('Not right')}
            pressed={done.good === false}
            onClick={() => mark(false)}
          />
        </>
      )}
      {offered.length > 0 && <Menu label={trans.__('More')} icon={ellipsesIcon} items={offered} />}
      {naming && (
        <NameForm
          label={
            naming === 'save' ? trans.__('Name of the snippet') : trans.__('Name of the metric')
          }
          name={naming === 'save' ? '' : (done.metric?.name ?? '')}
          onName={name => void save(name)}
          onCancel={() => setNaming('')}
        />
      )}
      <span className="am-Said" role="status">
        {said}
      </span>
    </div>
  );
}

function NameForm(props: {
  label: string;
  name: string;
  onName: (name: string) => void;
  onCancel: () => void;
}): JSX.Element {
  const [name, setName] = React.useState(props.name);
  return (
    <form
      className="am-Row"
      onSubmit={event => {
        event.preventDefault();
        if (name) {
          props.onName(name);
        }
      }}
      onKeyDown={event => event.key === 'Escape' && props.onCancel()}
    >
      <input
        autoFocus
        className="am-Input"
        aria-label={props.label}
        placeholder={trans.__('name')}
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <button className="am-Button" type="submit">
        {trans.__('Save')}
      </button>
    </form>
  );
}
