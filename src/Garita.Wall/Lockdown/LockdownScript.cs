using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// The script that all lockdowns of a running host share: <c>show</c>, <c>apply</c>, <c>confirm</c>, <c>undo</c>. What was before is kept and
/// the way back waits before anything is changed; whoever is killed between two steps finds it intact.
/// </summary>
internal static class LockdownScript
{
    /// <summary>The header's lines on how it is used.</summary>
    /// <param name="minutes">How long it waits for a confirmation, in words.</param>
    internal static IEnumerable<string> Usage(string minutes) =>
    [
        "On the mail server, as root:",
        "  sh lockdown.sh show       # how it stands, and what would be set; nothing changes",
        $"  sh lockdown.sh apply      # in force; back by itself after {minutes}, to what was before this apply",
        "  sh lockdown.sh confirm    # from another login, when it and the mail work: it stays",
        "  sh lockdown.sh undo       # at once back to what was before the first apply",
    ];

    /// <summary>The whole script.</summary>
    /// <param name="header">Its comment.</param>
    /// <param name="parts">
    /// What differs: the variables <c>name</c>, <c>keep</c> (folder), <c>wait</c> (seconds), <c>units</c> (folder of the unit that goes back; one
    /// that a restart empties where a restart empties the rules too), and the functions <c>check</c>, <c>changes</c>, <c>save DIR</c>,
    /// <c>put</c>, <c>restore DIR</c>, <c>stays</c> (what to know of a restart), <c>none</c> (what to do where nothing is kept).
    /// </param>
    internal static string Render(IEnumerable<string> header, string parts)
    {
        var text = new StringBuilder("#!/bin/sh\n");
        text.Comment("#", header);
        return text.Line("set -eu").Append(parts).Append(Body).ToString();
    }

    /// <summary>
    /// In <c>keep</c>: <c>first</c> and <c>former</c> (what was before the first and before this apply; folders that appear and vanish whole),
    /// <c>unconfirmed</c> (which apply waits, and until when), <c>in-force</c> (it got to its end), <c>confirmed</c>, <c>going-back</c> (where to).
    /// Who renames <c>unconfirmed</c> has decided: the confirmation or the way back, never both.
    /// </summary>
    private const string Body = """
        mark=$keep/unconfirmed
        unit=garita-lockdown-$name-back.service
        end() { printf '%s\n' "$*" >&2; exit 1; }
        now() { date +%s; }
        # Whole or not at all, whoever is killed: written beside, then renamed.
        note() { printf '%s\n' "$2" > "$keep/$1.new" && mv "$keep/$1.new" "$keep/$1"; }
        drop() { rm -rf "$keep/$1.old" && { [ ! -e "$keep/$1" ] || mv "$keep/$1" "$keep/$1.old"; } && rm -rf "$keep/$1.old"; }
        # One at a time; ends with the process. Who goes on in the background closes it.
        lock() { if command -v flock > /dev/null; then exec 9> "$keep/lock" && flock 9; fi; }
        has_systemd() { [ -d /run/systemd/system ] && [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ]; }
        status() {
          id='' until=0
          [ ! -e "$mark" ] || read -r id until < "$mark"
          left=$((until - $(now)))
          if [ -e "$keep/going-back" ]; then echo "state: it was going back and was interrupted; finish it with: sh $0 undo"
          elif [ -z "$id" ] && [ -e "$keep/confirmed" ]; then echo "state: in force, confirmed on $(cat "$keep/confirmed")"
          elif [ -z "$id" ]; then echo 'state: not applied'
          elif [ "$(cat "$keep/in-force" 2> /dev/null)" != "$id" ]; then echo "state: an apply was interrupted, or is at work; back with: sh $0 undo"
          elif [ "$left" -gt 0 ]; then echo "state: in force, not confirmed; back in $left s unless you say: sh $0 confirm"
          else echo "state: applied, never confirmed, and nothing took it back (a restart in between?): sh $0 confirm, or sh $0 undo"
          fi
        }
        # Detached, so that it outlives this login: a unit where systemd runs, as that may end all of a session's processes. From a copy, as
        # this file may be replaced meanwhile.
        way_back() {
          cp "$0" "$keep/way-back.sh.new" && mv "$keep/way-back.sh.new" "$keep/way-back.sh" || return 1
          if has_systemd; then
            mkdir -p "$units"
            printf '%s\n' '[Unit]' "Description=Way back of the lockdown ($name) unless it is confirmed" '[Service]' \
              "Environment=\"GARITA_KEEP=$keep\" \"CONF=${MAIL_CONFIG:-}\" \"GARITA_WAIT=$wait\"" \
              "ExecStart=/bin/sh \"$keep/way-back.sh\" wait-and-undo $1" '[Install]' 'WantedBy=multi-user.target' | sed 's/%/%%/g' > "$units/$unit.new" \
              && mv "$units/$unit.new" "$units/$unit" && systemctl daemon-reload || return 1
            # After a restart it goes on where that leaves the changes in force.
            [ "$units" != /etc/systemd/system ] || systemctl -q enable "$unit" || return 1
            systemctl restart --no-block "$unit"
          else
            GARITA_KEEP="$keep" CONF="${MAIL_CONFIG:-}" GARITA_WAIT="$wait" setsid sh "$keep/way-back.sh" wait-and-undo "$1" 9>&- < /dev/null > /dev/null 2>&1 &
          fi
        }
        no_way_back() {
          [ -e "$units/$unit" ] || return 0
          systemctl -q disable "$unit" 2> /dev/null || :
          rm -f "$units/$unit"
          # Not from within it.
          [ "$1" != stop ] || systemctl stop "$unit" 2> /dev/null || :
          systemctl daemon-reload || :
        }
        go_back() {
          case $(cat "$keep/going-back") in first) from=first ;; *) from=former ;; esac
          if [ -d "$keep/$from" ]; then restore "$keep/$from" || { echo "it could not go back to what is kept in $keep/$from: see above, then sh $0 undo again" >&2; return 1; }; fi
          # What was confirmed before stays so, and undo still knows the first time.
          if [ "$from" = first ] || [ ! -e "$keep/confirmed" ]; then rm -f "$keep/confirmed" && drop first; fi
          rm -f "$keep/in-force" && drop former && rm -f "$keep/going-back"
        }
        apply() {
          [ -f "$0" ] || end "run it from a file: sh lockdown.sh apply"
          check || end 'nothing was changed'
          (umask 077 && mkdir -p "$keep") && lock || end "$keep cannot be made: nothing was changed"
          [ ! -e "$keep/going-back" ] || end "it was going back and was interrupted: first sh $0 undo; nothing was changed"
          [ ! -e "$mark" ] || end "an apply waits for its confirmation: first sh $0 confirm, or sh $0 undo; nothing was changed"
          id=$$-$(now)
          rm -rf "$keep/former.new" "$keep/first.new" && mkdir "$keep/former.new" && save "$keep/former.new" && drop former && mv "$keep/former.new" "$keep/former" || end 'nothing was changed'
          # What was before the first time is what undo means. Where nothing is confirmed, one that was interrupted left it, or nobody.
          [ -e "$keep/confirmed" ] || drop first || end 'nothing was changed'
          [ -d "$keep/first" ] || { cp -pR "$keep/former" "$keep/first.new" && mv "$keep/first.new" "$keep/first"; } || end 'nothing was changed'
          rm -f "$keep/in-force"
          note unconfirmed "$id $(($(now) + wait))" || end 'nothing was changed'
          if ! way_back "$id" || ! put || ! note in-force "$id"; then
            mv "$mark" "$keep/going-back" 2> /dev/null || :
            [ ! -e "$keep/going-back" ] || go_back || end 'not applied'
            no_way_back stop
            end 'not applied, everything is as before'
          fi
          echo "in force; back again in $wait s unless you say: sh $0 confirm"
          has_systemd || [ "$units" != /etc/systemd/system ] || echo "without systemd a restart of this host within that time leaves it in force, unconfirmed: then  sh $0 undo"
        }
        confirm() {
          [ -e "$mark" ] && lock && read -r id until < "$mark" || end 'nothing waits for a confirmation: it went back already, or was confirmed'
          [ "$(cat "$keep/in-force" 2> /dev/null)" = "$id" ] || end "that apply did not get to its end: sh $0 undo"
          mv "$mark" "$keep/confirmed" 2> /dev/null || end 'it has gone back already'
          note confirmed "$(date '+%Y-%m-%d %H:%M')"
          no_way_back stop
          drop former
          echo "it stays; $(stays)"
        }
        undo() {
          [ -d "$keep/first" ] || [ -e "$keep/going-back" ] || end "nothing is kept in $keep: it was not applied, or is undone already; $(none)"
          lock
          rm -rf "$keep/undone" && mkdir "$keep/undone" && save "$keep/undone" || :
          note going-back first
          rm -f "$mark"
          no_way_back stop
          go_back || exit 1
          echo "as before the first apply; what was in force until now is in $keep/undone"
        }
        wait_and_undo() {
          if [ ! -e "$keep/going-back" ]; then
            [ -e "$mark" ] || { no_way_back stay; exit 0; }
            read -r id until < "$mark"
            [ "$id" = "$1" ] || exit 0
            left=$((until - $(now)))
            # The clock may have been set.
            [ "$left" -le "$wait" ] || left=$wait
            [ "$left" -le 0 ] || sleep "$left"
          fi
          lock
          if [ ! -e "$keep/going-back" ]; then
            [ -e "$mark" ] && read -r id until < "$mark" && [ "$id" = "$1" ] && mv "$mark" "$keep/going-back" || exit 0
          fi
          go_back && no_way_back stay
        }
        case ${1:-} in
        show) status | sed 's/^/# /'; check; changes ;;
        apply) apply ;;
        confirm) confirm ;;
        undo) undo ;;
        wait-and-undo) wait_and_undo "${2:-}" ;;
        *) echo "usage: sh $0 show|apply|confirm|undo" >&2; exit 2 ;;
        esac

        """;
}
