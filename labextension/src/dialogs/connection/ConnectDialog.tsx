import * as React from 'react';

import { asRegistryError, type Connected, type Offer, RegistryError, type SigningIn } from '../../client/client';
import { NOT_SIGNED_IN } from '../../host/connecting';
import type { DialogRequest } from '../../host/dialogRequest';
import { useHost } from '../../host/host';
import { connectLine } from '../../registry/commandLine';
import { addressOf, registryName } from '../../registry/registryName';
import type { Problem } from '../../registry/validation';
import { useQuery } from '../../state/query';
import { Combo } from '../form/Combo';
import { DialogFrame } from '../form/DialogFrame';
import { Field, Tick } from '../form/Field';
import { type Form, useForm } from '../form/useForm';

type Request = DialogRequest & { readonly kind: 'connect' };

/** Show another registry, or sign in at the one that is shown. A token is asked for when a server wants one. */
export function ConnectDialog(props: { request: Request; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  const { registries } = useHost();
  const [address, setAddress] = React.useState(addressOf(request.address ?? ''));
  const [token, setToken] = React.useState('');
  const [keep, setKeep] = React.useState(false);
  // The address whose server has asked who it is: another one has not.
  const [asking, setAsking] = React.useState(request.wantsToken ? address : null);
  const offer = useQuery(registries && 'offer', () => registries?.offer() ?? Promise.reject(new Error('no offer')));
  const wanted = address.trim();
  const asksForToken = asking === wanted;
  const isShown = request.wantsToken === true && request.address === (registries?.uri ?? registries?.own);
  const form = useForm({
    problems: { address: addressProblem(wanted) },
    stoppable: true,
    act: async (_reason, _client, _onProgress, signal) => {
      if (registries === null) {
        return null;
      }
      const given = asksForToken ? token.trim() : '';
      const signingIn: SigningIn | undefined = given === '' ? undefined : { token: given, keep };
      try {
        return said(wanted, await registries.connect(wanted, signingIn, signal), signingIn);
      } catch (error) {
        const { code, message } = asRegistryError(error);
        if (code !== NOT_SIGNED_IN) {
          throw error;
        }
        setAsking(wanted);
        setToken('');
        // The field says what to do.
        throw new RegistryError(code, message);
      }
    },
    onClose
  });
  return (
    <DialogFrame
      form={form}
      title={isShown ? 'Sign in' : 'Connect to another registry'}
      icon={isShown ? 'access' : 'registry'}
      {...(isShown && { about: wanted })}
      action={isShown ? 'Sign in' : 'Connect'}
      doing={isShown ? 'Signing in…' : 'Connecting…'}
      blocked={registries === null ? 'A notebook connects by %modelreg connect' : null}
      {...(!isShown && { line: connectLine(wanted) })}
      harmless
    >
      {!isShown && <AddressField form={form} address={address} offer={offer.value} onChange={setAddress} />}
      {asksForToken && <TokenField form={form} token={token} onChange={setToken} />}
      {asksForToken && offer.value?.keyring && (
        <Tick
          form={form}
          name="keep"
          label="Keep it in the keyring of the machine Jupyter runs on"
          value={keep}
          onChange={setKeep}
        />
      )}
      {!isShown && (
        <p className="mreg-quiet">
          Only the panel switches: notebooks keep the registry they work on.
          {form.valid && ' To have one follow, run this line in it:'}
        </p>
      )}
    </DialogFrame>
  );
}

function AddressField(props: {
  form: Form;
  address: string;
  offer: Offer | null;
  onChange: (address: string) => void;
}): React.JSX.Element {
  const { form, address, offer, onChange } = props;
  const typed = address.trim().toLowerCase();
  const options = (offer?.known ?? [])
    .map(({ uri, origin }) => ({
      key: uri,
      label: addressOf(uri),
      ...(origin === 'server' && { detail: 'of this server' })
    }))
    .filter(each => each.label.toLowerCase().includes(typed) && each.label !== address);
  return (
    <Field
      form={form}
      name="address"
      label="Address"
      note="A file on the machine Jupyter runs on, https:// of a server, or modelreg:postgresql://…"
    >
      {control => (
        <Combo
          control={control}
          value={address}
          placeholder="https://models.example.org"
          options={options}
          onChange={onChange}
          onPick={option => onChange(option.label)}
        />
      )}
    </Field>
  );
}

function TokenField(props: { form: Form; token: string; onChange: (token: string) => void }): React.JSX.Element {
  const { form, token, onChange } = props;
  const ref = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => {
    // After the dialog has moved the focus: a server that asks for a token is to be given one.
    const timer = setTimeout(() => ref.current?.focus());
    return () => clearTimeout(timer);
  }, [form.error]);
  return (
    <Field
      form={form}
      name="token"
      label="Token"
      note="From modelreg token create on that server. The Jupyter server keeps it until it stops."
    >
      {control => (
        <input
          {...control}
          ref={ref}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function addressProblem(address: string): Problem | null {
  return address === '' ? { message: 'name a registry', hint: 'write a path, or https://host of a server' } : null;
}

function said(address: string, { actor, kept }: Connected, signingIn: SigningIn | undefined): string {
  const lost = signingIn?.keep && !kept ? '. The keyring did not take the token: it lasts until Jupyter stops' : '';
  return `Connected to ${registryName(address)} as ${actor}${lost}`;
}
