import * as React from 'react';
import { Conversation } from '../conversation';
import { Settings } from '../protocol';
import { withCode } from './errorview';
import { trans } from '../translation';

/** What one provider serves, as the kernel found it. */
interface Served {
  name: string;
  /** Whether it is asked on this machine. */
  here: boolean;
  about: string;
  /** Full names of its models. */
  models: string[];
  /** What the endpoint says of their size and price. */
  facts?: Record<string, string>;
  /** The variable of the key that is missing; empty where none is. */
  needs_key: string;
  /** Why it lists nothing; empty where it does. */
  problem: string;
}

/** Pick who answers, from what each endpoint serves; a name that is typed is tried before it is taken. */
export function ModelPicker(props: {
  conversation: Conversation;
  settings: Settings;
  onClose: () => void;
}): JSX.Element {
  const { conversation, settings, onClose } = props;
  const [served, setServed] = React.useState<Served[] | null>(null);
  const [name, setName] = React.useState('');
  const [said, setSaid] = React.useState('');
  const [refused, setRefused] = React.useState('');
  const [wanting, setWanting] = React.useState('');
  const look = (anew: boolean) =>
    void conversation
      .request({ type: 'models', anew })
      .then(reply => reply && setServed(reply.value.providers as Served[]));
  React.useEffect(() => look(false), []);
  const take = (model: string) => {
    conversation.change({ type: 'set', name: 'model', value: model });
    onClose();
  };
  const test = async (model: string) => {
    setSaid(trans.__('Trying %1 …', model));
    setRefused('');
    const reply = await conversation.request({ type: 'try', model });
    if (reply?.value.ok === true) {
      take(model);
      return;
    }
    setSaid(String(reply?.value.message ?? trans.__('The kernel did not answer.')));
    setRefused(reply?.value.possible === false ? '' : model);
    setWanting(String(reply?.value.needs_key ?? '') && model.split(':')[0]);
  };
  const wanted = name.trim();
  return (
    <div
      className="am-Settings"
      role="group"
      aria-label={trans.__('Models')}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      <form
        className="am-Row"
        onSubmit={event => {
          event.preventDefault();
          if (wanted) {
            void test(wanted);
          }
        }}
      >
        <input
          className="am-Input"
          autoFocus
          aria-label={trans.__('Model')}
          placeholder={trans.__('Find, or PROVIDER:MODEL')}
          value={name}
          onChange={event => setName(event.target.value)}
        />
        <button className="am-Button" type="submit" disabled={!wanted}>
          {trans.__('Use')}
        </button>
      </form>
      <p className="am-Note" role="status">
        {withCode(said)}
      </p>
      {refused && (
        <button className="am-Button" onClick={() => take(refused)}>
          {trans.__('Use %1 nevertheless', refused)}
        </button>
      )}
      {wanting && (
        <KeyForm
          provider={wanting}
          conversation={conversation}
          onKept={where => {
            setSaid(where);
            setWanting('');
            look(true);
            if (refused) {
              void test(refused);
            }
          }}
        />
      )}
      {[true, false].map(here => (
        <Group
          key={String(here)}
          here={here}
          served={(served ?? []).filter(provider => provider.here === here)}
          find={wanted}
          current={settings.model}
          onPick={model => void test(model)}
          onKey={setWanting}
        />
      ))}
      {!served && <p className="am-Note">{trans.__('Asking the endpoints what they serve …')}</p>}
      {served && (
        <button className="am-Button" onClick={() => look(true)}>
          {trans.__('Look again')}
        </button>
      )}
    </div>
  );
}

function Group(props: {
  here: boolean;
  served: readonly Served[];
  find: string;
  current: string;
  onPick: (model: string) => void;
  onKey: (provider: string) => void;
}): JSX.Element | null {
  const { here, served, find } = props;
  if (!served.length) {
    return null;
  }
  const fits = (model: string) => model.toLowerCase().includes(find.toLowerCase());
  return (
    <section
      className="am-Models"
      aria-label={here ? trans.__('On this machine') : trans.__('Elsewhere')}
    >
      <h4>{here ? trans.__('Stays on this machine') : trans.__('Leaves this machine')}</h4>
      <ul>
        {served.map(provider => (
          <li key={provider.name}>
            <span className="am-Type">
              {provider.name}
              {provider.about && ` – ${provider.about}`}
            </span>
            {provider.models.filter(fits).map(model => (
              <button
                key={model}
                className="am-Chip"
                aria-pressed={model === props.current}
                onClick={() => props.onPick(model)}
              >
                {model}
                {provider.facts?.[model] && (
                  <span className="am-Type"> {provider.facts[model]}</span>
                )}
              </button>
            ))}
            {provider.needs_key ? (
              <button className="am-Button" onClick={() => props.onKey(provider.name)}>
                {trans.__('Add a key')}
              </button>
            ) : (
              provider.problem && <span className="am-Type"> {withCode(provider.problem)}</span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Takes a key, which goes into the system's keyring and is never shown. */
function KeyForm(props: {
  provider: string;
  conversation: Conversation;
  onKept: (where: string) => void;
}): JSX.Element {
  const { provider, conversation, onKept } = props;
  const [key, setKey] = React.useState('');
  const keep = async () => {
    const reply = await conversation.request({ type: 'key', provider, key: key.trim() });
    setKey('');
    if (reply) {
      onKept(String(reply.value.message));
    }
  };
  return (
    <form
      className="am-Row"
      onSubmit={event => {
        event.preventDefault();
        if (key.trim()) {
          void keep();
        }
      }}
    >
      <input
        className="am-Input"
        type="password"
        autoFocus
        autoComplete="off"
        aria-label={trans.__('Key of %1', provider)}
        placeholder={trans.__('Key of %1', provider)}
        value={key}
        onChange={event => setKey(event.target.value)}
      />
      <button className="am-Button" type="submit">
        {trans.__('Keep it')}
      </button>
    </form>
  );
}
