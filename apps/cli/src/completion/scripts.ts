export const shells = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof shells)[number];

/**
 * The scripts with which each shell completes a word of `paydeck`. They call the command itself, so they are never out of
 * date. Where it suggests nothing, they complete file names. They also run in the bash 3.2 of macOS.
 */
export const completionScripts: Readonly<Record<ShellName, string>> = {
  bash: `_paydeck() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _paydeck paydeck`,
  zsh: `#compdef paydeck
_paydeck() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${found[1]}" ]]; then
    _files
  else
    found=("\${found[@]/$'\\t'/:}")
    _describe paydeck found
  fi
}
compdef _paydeck paydeck`,
  fish: `function __paydeck_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  if test -n "$found"
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c paydeck -f -a '(__paydeck_complete)'`,
};
