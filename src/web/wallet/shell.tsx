/** What stands around the wallet's pages. */
import type { FC, PropsWithChildren } from 'hono/jsx';
import { type IslandName, islands } from '../islands.ts';
import { AppShell, Icon, type IconName, type Place } from '../kit/index.ts';
import { Document } from '../layout.tsx';
import { useVisit } from '../visit.ts';
import { walletTexts } from './texts.ts';

export const useWords = () => walletTexts(useVisit().language);

function usePlaces(): Place[] {
  const say = useWords();
  return [
    { href: '/wallet', text: say('wallet'), icon: 'wallet' },
    { href: '/wallet/scan', text: say('scan'), icon: 'scan' },
    { href: '/wallet/show', text: say('show'), icon: 'qr' },
    { href: '/wallet/payments', text: say('history'), icon: 'list' },
  ];
}

interface WalletShellProps {
  readonly title: string;
  /** Before there is an account there is nowhere to go. */
  readonly outside?: boolean;
  /** Scripts of its own. */
  readonly more?: readonly IslandName[];
}

export const WalletShell: FC<PropsWithChildren<WalletShellProps>> = ({
  title,
  outside,
  more = [],
  children,
}) => {
  const places = usePlaces();
  return (
    <AppShell
      title={title}
      name={useWords()('wallet')}
      places={outside ? [] : places}
      islands={['wallet', ...more]}
      sandbox
      {...(!outside && { signOut: '/wallet/leave' })}
    >
      <div class="wallet">{children}</div>
    </AppShell>
  );
};

interface FullScreenProps {
  readonly tone: 'good' | 'bad' | 'wait' | 'over';
  readonly icon: IconName;
  readonly title: string;
}

/** How it ended, to be seen from across a counter. */
export const FullScreen: FC<PropsWithChildren<FullScreenProps>> = ({ tone, icon, title, children }) => (
  <Document
    title={title}
    language={useVisit().language}
    head={<script type="module" src={islands.wallet.path} />}
  >
    <main class={`result ${tone}`} data-result={tone}>
      <Icon name={icon} class="result-icon" />
      <h1>
        <span role="status">{title}</span>
      </h1>
      {children}
    </main>
  </Document>
);
