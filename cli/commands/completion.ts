import { callbackKinds } from '../../lambdas/klarna/inbound/callback-url.ts';
import { catalogue } from '../../stories/catalogue.ts';
import { parseOptions } from '../arguments.ts';
import type { Command, Commands } from '../command.ts';
import { Misuse } from '../misuse.ts';

const usage = `klarna-relay completion <bash|zsh|fish>

Prints a script that completes commands, options, stories and callback kinds.

Options
  --help        print this text

Exit code: 0 printed, 2 misuse.

Examples
  # in ~/.bashrc
  source <(klarna-relay completion bash)
  # in ~/.zshrc, after compinit
  source <(klarna-relay completion zsh)
  # once
  klarna-relay completion fish > ~/.config/fish/completions/klarna-relay.fish
`;

/** A command and the words that can follow it: its arguments, and the options that its help names. */
type Completion = { name: string; summary: string; words: string[] };

/** The completion script of a shell for these commands. */
export async function completion(args: string[], commands: Commands): Promise<string> {
  const { values, positionals } = parseOptions(args, {});
  if (values.help) return usage;
  const script = scripts[positionals[0] ?? ''];
  if (!script || positionals.length > 1) throw new Misuse(`shell: one of ${Object.keys(scripts).join(', ')}`);
  return script(await Promise.all([...commands].map(([name, { summary, run }]) => completionOf(name, summary, run))));
}

const argumentsOf: Record<string, readonly string[]> = {
  trigger: catalogue.map(({ name }) => name),
  url: callbackKinds,
  completion: ['bash', 'zsh', 'fish'],
};

async function completionOf(name: string, summary: string, run: Command): Promise<Completion> {
  const help = name === 'completion' ? usage : await run(['--help'], {});
  const options = [...new Set([...help.matchAll(/(?<=\s|\[)--[a-z-]+/g)].map(([option]) => option))];
  const words = [...(argumentsOf[name] ?? []), ...options.filter((option) => option !== '--help'), '--help'];
  return { name, summary, words };
}

const scripts: Record<string, (commands: Completion[]) => string> = {
  bash: (commands) => `_klarna_relay() {
  local words
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, words }) => `    ${name}) words='${words.join(' ')}' ;;`).join('\n')}
    *) words='${firstWords(commands)}' ;;
  esac
  if ((COMP_CWORD == 1)); then words='${firstWords(commands)}'; fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _klarna_relay klarna-relay
`,
  zsh: (commands) => `#compdef klarna-relay
_klarna_relay() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, summary }) => `      '${name}:${unquoted(summary)}'`).join('\n')}
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
          summary,
          words,
        }) => `complete -c klarna-relay -f -n __fish_use_subcommand -a ${name} -d '${unquoted(summary)}'
complete -c klarna-relay -f -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'
`,
      )
      .join(''),
};

const firstWords = (commands: Completion[]) => [...commands.map(({ name }) => name), '--help', '--version'].join(' ');

/** Quotes and colons have a meaning in the scripts. */
const unquoted = (text: string) => text.replace(/[':]/g, '');
