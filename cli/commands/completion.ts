import { callbackKinds } from '../../lambdas/klarna/inbound/callback-url.ts';
import { catalogue } from '../../stories/catalogue.ts';
import type { Command } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { wordsOf } from '../arguments.ts';

const usage = `klarna-relay completion <bash|zsh|fish>

Prints a script that completes commands, options, stories and kinds of callbacks.

Examples
  source <(klarna-relay completion bash)                                    # in ~/.bashrc
  source <(klarna-relay completion zsh)                                     # in ~/.zshrc, after compinit
  klarna-relay completion fish > ~/.config/fish/completions/klarna-relay.fish
`;

type Commands = ReadonlyMap<string, { tells: string; run: Command }>;

/** What can follow a command: its options, as its own help names them, and its arguments. */
type Completed = { name: string; tells: string; words: string[] };

/** The completion script of a shell, made of what the commands say of themselves. */
export async function completion(words: string[], commands: Commands): Promise<string> {
  const { values, positionals } = wordsOf(words, {});
  if (values.help) return usage;
  const script = scripts[positionals[0] ?? ''];
  if (!script || positionals.length > 1) throw new Misuse(`shell: one of ${Object.keys(scripts).join(', ')}`);
  return script(await Promise.all([...commands].map(([name, { tells, run }]) => completed(name, tells, run))));
}

const places: Record<string, readonly string[]> = {
  trigger: catalogue.map(({ name }) => name),
  url: callbackKinds,
  completion: ['bash', 'zsh', 'fish'],
};

async function completed(name: string, tells: string, run: Command): Promise<Completed> {
  const help = name === 'completion' ? usage : await run(['--help'], {});
  const options = [...new Set([...help.matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(([option]) => option))];
  return {
    name,
    tells,
    words: [...(places[name] ?? []), ...options.filter((option) => option !== '--help'), '--help'],
  };
}

const scripts: Record<string, (commands: Completed[]) => string> = {
  bash: (commands) => `_klarna_relay() {
  local words
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, words }) => `    ${name}) words='${words.join(' ')}' ;;`).join('\n')}
    *) words='${names(commands)}' ;;
  esac
  if ((COMP_CWORD == 1)); then words='${names(commands)}'; fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _klarna_relay klarna-relay
`,
  zsh: (commands) => `#compdef klarna-relay
_klarna_relay() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, tells }) => `      '${name}:${quoted(tells)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  case "$words[2]" in
${commands.map(({ name, words }) => `    ${name}) compadd -- ${words.join(' ')} ;;`).join('\n')}
  esac
}
compdef _klarna_relay klarna-relay
`,
  fish: (commands) =>
    commands
      .map(
        ({
          name,
          tells,
          words,
        }) => `complete -c klarna-relay -f -n __fish_use_subcommand -a ${name} -d '${quoted(tells)}'
complete -c klarna-relay -f -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'
`,
      )
      .join(''),
};

const names = (commands: Completed[]) => [...commands.map(({ name }) => name), '--help', '--version'].join(' ');
const quoted = (text: string) => text.replace(/[':]/g, '');
