namespace Garita.Hardening.Repairs.Scripts;

/// <summary>
/// What stands before the repairs in a script: the functions that do and undo, in POSIX sh with the programs that every Debian has. Each step is a
/// folder with what was there before; <c>--undo</c> goes through them backwards, the timed way back through those since it was armed.
/// </summary>
internal static class ScriptHead
{
    public const string Text = """
        set -eu
        umask 022
        export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        folder=/var/backups/garita-harden
        state=$folder/$name
        die() { echo "$*" >&2; exit 1; }
        is_booted() { [ -d /run/systemd/system ]; }
        login() { cat /proc/self/sessionid 2> /dev/null || echo 4294967295; }
        hash_of() { if [ -f "$1" ]; then sha256sum < "$1"; else echo none; fi; }
        rights_of() { if [ -e "$1" ]; then stat -c '%a %u:%g' -- "$1"; else echo none; fi; }

        # A step is a folder with what was there before. It is on the disk under its number before anything is changed, so a kill may come anywhere.
        new=$state/new
        new_step() { rm -rf -- "$new"; mkdir -m 0700 -- "$new"; printf '%s' "$1" > "$new/kind"; }
        put_step() {
          [ "$(cat "$state/stop" 2> /dev/null || true)" != "${token:-}" ] || [ -z "${token:-}" ] || die 'the way back was faster'
          sync -- "$new"/* "$new"
          mv -- "$new" "$state/steps/$((count + 1))"
          sync -- "$state/steps"
          count=$((count + 1))
        }
        note() { printf '%s\n' "$2" > "$state/note"; mv -f -- "$state/note" "$state/steps/$count/$1"; }
        put_aside() { mv -- "$state/steps/$1" "$state/gone"; rm -rf -- "$state/gone"; }
        last_step() { ls -- "$state/steps" | sort -n | tail -n 1; }
        # Units' links, as they are made by systemctl and update-rc.d.
        links() { find /etc/systemd/system /etc/rc?.d -xdev \( -type l -o -type d \) -printf '%p\t%y\t%l\n' 2> /dev/null | sort || true; }

        undo_file() {
          path=$(cat "$1/path") old=$(cat "$1/hash") now=$(hash_of "$path")
          if [ "$force" = 0 ] && [ -f "$1/after" ] && [ "$now" != "$(cat "$1/after")" ] && [ "$now" != "$old" ]; then
            echo "$path was changed since and is left as it is (--undo --force overwrites it)" >&2
            return 1
          fi
          rm -f -- "$path.garita-new" || return 1
          if [ "$old" = none ]; then rm -f -- "$path"; return; fi
          if [ "$now" = "$old" ] && [ "$(rights_of "$path")" = "$(cat "$1/rights")" ]; then return 0; fi
          cp -a -- "$1/copy" "$path.garita-new" && sync -- "$path.garita-new" && mv -f -- "$path.garita-new" "$path"
        }
        undo_mode() {
          path=$(cat "$1/path")
          [ -e "$path" ] || return 0
          chown "$(cut -d ' ' -f 2 "$1/rights")" -- "$path" && chmod "$(cut -d ' ' -f 1 "$1/rights")" -- "$path"
        }
        undo_unit() {
          unit=$(cat "$1/unit") tab=$(printf '\t') failed=0
          [ -f "$1/after" ] || links > "$1/after"
          comm -13 "$1/before" "$1/after" | sort -r > "$1/came"
          comm -23 "$1/before" "$1/after" > "$1/went"
          while IFS=$tab read -r path kind to; do
            if [ "$kind" = d ]; then rmdir -- "$path" 2> /dev/null || true
            elif [ "$(readlink -- "$path")" = "$to" ]; then rm -f -- "$path" || failed=1; fi
          done < "$1/came"
          while IFS=$tab read -r path kind to; do
            if [ "$kind" = d ]; then mkdir -p -- "$path" || failed=1
            elif [ ! -e "$path" ] && [ ! -L "$path" ]; then mkdir -p -- "$(dirname -- "$path")" && ln -s -- "$to" "$path" || failed=1; fi
          done < "$1/went"
          if is_booted; then
            systemctl daemon-reload 9>&- || failed=1
            if [ "$(cat "$1/active")" = yes ]; then systemctl start -- "$unit" 9>&- || failed=1
            else systemctl stop -- "$unit" 9>&- 2> /dev/null || true; fi
          fi
          return "$failed"
        }
        status_of() { dpkg-query -W -f='${db:Status-Status}' -- "$1" 2> /dev/null || true; }
        apt() { apt-get -y -q -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" 9>&-; }
        undo_install() {
          set -- $(while read -r one; do case $(status_of "$one") in '' | not-installed) ;; *) echo "$one" ;; esac; done < "$1/packages")
          [ $# -gt 0 ] || return 0
          more=$(apt-get -s -q purge -- "$@" 9>&- | awk -v ours=" $* " '$1 ~ /^(Purg|Remv)$/ && !index(ours, " " $2 " ") { print $2 }')
          [ -z "$more" ] || { echo "these need what was installed, so it stays: $more" >&2; return 1; }
          apt purge -- "$@"
        }
        undo_remove() {
          set -- $(while read -r one; do [ "$(status_of "${one%%=*}")" = installed ] || echo "$one"; done < "$1/packages")
          [ $# -gt 0 ] || return 0
          apt --no-install-recommends --allow-downgrades install -- "$@" || apt --no-install-recommends install -- $(for one; do echo "${one%%=*}"; done)
        }
        undo_step() {
          case $(cat "$1/kind") in
            file) undo_file "$1" ;;
            # What holds a file that was left waits with it; what holds somebody else's stays.
            folder) rmdir -- "$(cat "$1/path")" 2> /dev/null || [ ! -d "$(cat "$1/path")" ] || [ "$left" = 0 ] ;;
            mode) undo_mode "$1" ;;
            unit) undo_unit "$1" ;;
            install) undo_install "$1" ;;
            remove) undo_remove "$1" ;;
            tool) [ ! -s "$1/undo" ] || xargs -0 -a "$1/undo" env 9>&- ;;
            *) true ;;
          esac
        }
        # way_back FROM FORCE: undoes what came after a step, backwards; then services read their settings again.
        way_back() {
          force=$2 left=0 reloads=
          rm -rf -- "$state/done"
          for step in $(ls -- "$state/steps" | sort -rn); do
            [ "$step" -gt "$1" ] || break
            if [ "$(cat "$state/steps/$step/kind")" = reload ]; then reloads="$reloads $step"; continue; fi
            if undo_step "$state/steps/$step"; then put_aside "$step"; else left=$((left + 1)); fi
          done
          for step in $reloads; do
            if ! is_booted || systemctl try-reload-or-restart -- "$(cat "$state/steps/$step/unit")" 9>&-; then put_aside "$step"; else left=$((left + 1)); fi
          done
          [ "$left" = 0 ] || { echo "$left steps could not be put back; they are kept in $state: sh $state/script --undo tries again" >&2; return 1; }
        }

        [ "$(id -u)" = 0 ] || die 'be root'
        [ -f "$0" ] || die 'run this from a file, not from a pipe'
        case ${1:-} in
          '') ;;
          --way-back) # --way-back TOKEN SECONDS FROM
            trap '' HUP
            set +e
            : > "$state/waits-$2"
            count=0
            while [ "$count" -lt "$3" ]; do
              sleep 1
              count=$((count + 1))
              [ "$(cut -d ' ' -f 1 "$state/timed" 2> /dev/null)" = "$2" ] || { rm -f -- "$state/waits-$2"; exit 0; }
            done
            # Whoever is still at work stops before the next step; who hangs is not waited for.
            printf '%s\n' "$2" > "$state/stop"
            exec 9>> "$folder/lock"
            flock -w 30 9
            if [ "$(cut -d ' ' -f 1 "$state/timed" 2> /dev/null)" = "$2" ]; then way_back "$4" 1 && rm -f -- "$state/timed"; fi
            rm -f -- "$state/waits-$2" "$state/stop"
            exit 0
            ;;
          --confirm)
            [ -f "$state/timed" ] || die 'nothing waits to be confirmed'
            exec 9>> "$folder/lock"
            flock -w 60 9 || die 'still at work: try again'
            [ -f "$state/timed" ] || die 'too late: it went back'
            if [ "$(login)" != 4294967295 ] && [ "$(login)" = "$(cut -d ' ' -f 2 "$state/timed")" ] && [ "${2:-}" != --here ]; then
              die 'this is the login that made the changes: log in anew and confirm there (--confirm --here if you cannot)'
            fi
            rm -f -- "$state/timed"
            echo 'it stays'
            exit 0
            ;;
          --undo)
            [ -d "$state/steps" ] || { echo 'there is nothing to undo'; exit 0; }
            exec 9>> "$folder/lock"
            flock -w 60 9 || die 'still at work: try again'
            if [ "${2:-}" = --force ]; then way_back 0 1; else way_back 0 0; fi
            rm -rf -- "$state"
            echo 'all is as before'
            exit 0
            ;;
          *) die "usage: sh $0 [--confirm [--here] | --undo [--force]]" ;;
        esac

        mkdir -p -m 0700 -- "$folder"
        [ ! -L "$folder" ] && [ "$(stat -c %u -- "$folder")" = 0 ] || die "$folder is not root's own"
        exec 9>> "$folder/lock"
        flock -n 9 || die 'such a script is at work already'
        [ ! -f "$state/timed" ] || die "changes of before wait to be confirmed: sh $state/script --confirm, or --undo"
        mkdir -p -m 0700 -- "$state" "$state/steps" "$state/done"
        rm -f -- "$state/stop"
        cmp -s -- "$0" "$state/script" || { cp -- "$0" "$state/script.new"; sync -- "$state/script.new"; mv -f -- "$state/script.new" "$state/script"; }
        count=$(last_step)
        count=${count:-0} mark=$count at=start before=$count
        echo "each step is kept in $state; all goes back with: sh $state/script --undo"
        # Whatever fails or ends it: what was done of the repair at work goes back, those before stay.
        ended() {
          code=$?
          trap - EXIT
          trap '' INT TERM HUP
          set +e
          if [ "$code" != 0 ]; then
            echo "$at: stopped. What was done of it is put back, what was done before stays; undo that with: sh $state/script --undo" >&2
            way_back "$mark" 1
            count=$(last_step)
            if [ -z "${token:-}" ]; then :
            elif [ "${count:-0}" -gt "$from" ]; then echo "what was done about SSH, firewall and PAM goes back within $seconds s, unless from a new login: sh $state/script --confirm" >&2
            else rm -f -- "$state/timed"; fi
          fi
          [ -n "$(last_step)" ] || [ -f "$state/timed" ] || rm -rf -- "$state"
          exit "$code"
        }
        trap ended EXIT
        trap 'exit 130' INT TERM HUP

        is_done() { [ "$at" = start ] || : > "$state/done/$at"; }
        repair() { is_done; at=$1 mark=$count; echo "$at"; }
        arm() {
          token=$$-$(date +%s%N) from=$count seconds=$1
          printf '%s\n' "$token $(login)" > "$state/note"
          sync -- "$state/note"
          mv -f -- "$state/note" "$state/timed"
          is_booted && systemd-run --quiet --collect --unit="garita-harden-$name-$$" -- /bin/sh "$state/script" --way-back "$token" "$1" "$from" 9>&- 2> /dev/null \
            || setsid --fork /bin/sh "$state/script" --way-back "$token" "$1" "$from" < /dev/null > /dev/null 2>&1 9>&-
          tries=0
          until [ -e "$state/waits-$token" ]; do
            tries=$((tries + 1))
            [ "$tries" -le 100 ] || { rm -f -- "$state/timed"; die 'the timed way back does not start: nothing about SSH, firewall or PAM is changed'; }
            sleep 0.1
          done
        }
        finish() {
          is_done
          at=finish mark=$count
          if [ -n "${token:-}" ] && [ "$count" = "$from" ]; then rm -f -- "$state/timed"; token=; fi
          [ "$count" != "$before" ] || echo 'all was as it should be'
          [ -z "${token:-}" ] || echo "log in anew, and there, within $seconds s: sh $state/script --confirm"
        }
        # A name that can be kept, and that leads nowhere but where root put it.
        plain() {
          case $1 in *'
        '*) die "not a name: $1" ;; esac
          if [ -L "$1" ] && [ "$(stat -c %u -- "$1")" != 0 ]; then die "$1 is a link that is not root's"; fi
        }
        # Folders that are missing, outermost first.
        note_folders() {
          if [ -d "$1" ]; then return 0; fi
          note_folders "$(dirname -- "$1")"
          new_step folder
          printf '%s\n' "$1" > "$new/path"
          put_step
        }
        # A copy of a file before it is changed.
        keep() {
          plain "$1"
          note_folders "$(dirname -- "$1")"
          new_step file
          kept=$(readlink -f -- "$1" || printf '%s' "$1")
          printf '%s\n' "$kept" > "$new/path"
          hash_of "$kept" > "$new/hash"
          rights_of "$kept" > "$new/rights"
          if [ -e "$kept" ]; then
            [ -f "$kept" ] && [ "$(stat -c %h -- "$kept")" = 1 ] || die "$1 is no file, or one with several names"
            cp -a -- "$kept" "$new/copy"
            cmp -s -- "$kept" "$new/copy" || die "$1 cannot be kept"
          fi
          put_step
        }
        # put_file PATH MODE CONTENT [any]: with the last word, rights are another step's matter once the content is right
        put_file() {
          if [ -f "$1" ] && printf '%s' "$3" | cmp -s - "$1" && { [ -n "${4:-}" ] || [ "$(rights_of "$1")" = "$2 0:0" ]; }; then return 0; fi
          keep "$1"
          mkdir -p -- "$(dirname -- "$kept")"
          printf '%s' "$3" > "$kept.garita-new"
          chown 0:0 -- "$kept.garita-new"
          chmod "$2" -- "$kept.garita-new"
          sync -- "$kept.garita-new"
          mv -f -- "$kept.garita-new" "$kept"
          note after "$(hash_of "$kept")"
        }
        # set_line PATH PATTERN LINE STOP: nothing is set behind the first line that matches STOP
        set_line() {
          [ -f "$1" ] || die "$1 does not exist"
          perl -e '
            my ($file, $pattern, $line, $stop, $to) = @ARGV;
            open my $in, "<:raw", $file or die "$file: $!"; my @lines = <$in>; close $in;
            my (@out, $done, $behind);
            for my $one (@lines) {
              (my $bare = $one) =~ s/\r?\n\z//;
              if (!$behind && $stop ne "" && $bare =~ /$stop/) { $behind = 1; push @out, "$line\n" unless $done; $done = 1 }
              if (!$behind && ($bare =~ /$pattern/ || $bare eq $line)) { push @out, "$line\n" unless $done; $done = 1; next }
              push @out, $one;
            }
            unless ($done) { $out[-1] .= "\n" if @out && $out[-1] !~ /\n\z/; push @out, "$line\n" }
            open my $new, ">:raw", $to or die "$to: $!"; print $new @out or die "$to: $!"; close $new or die "$to: $!";
          ' "$1" "$2" "$3" "$4" "$state/text"
          if cmp -s -- "$1" "$state/text"; then return 0; fi
          keep "$1"
          cp -a -- "$kept" "$kept.garita-new"
          cat -- "$state/text" > "$kept.garita-new"
          sync -- "$kept.garita-new"
          mv -f -- "$kept.garita-new" "$kept"
          note after "$(hash_of "$kept")"
        }
        # set_mode PATH MODE OWNER GROUP
        set_mode() {
          [ -e "$1" ] || die "$1 does not exist"
          if [ "$(stat -L -c %a -- "$1")" = "$2" ] && [ "${3:-$(stat -L -c %U -- "$1")}" = "$(stat -L -c %U -- "$1")" ] && [ "${4:-$(stat -L -c %G -- "$1")}" = "$(stat -L -c %G -- "$1")" ]; then return 0; fi
          plain "$1"
          new_step mode
          path=$(readlink -f -- "$1")
          printf '%s\n' "$path" > "$new/path"
          rights_of "$path" > "$new/rights"
          put_step
          [ -z "$3$4" ] || chown "$3${4:+:$4}" -- "$path"
          chmod "$2" -- "$path"
        }
        is_active() { is_booted && systemctl is-active --quiet -- "$1"; }
        is_unit() {
          case $2/$(systemctl is-enabled -- "$1" 2> /dev/null || true) in
            enable/enabled | enable/static | enable/indirect | enable/alias | enable/generated) ! is_booted || is_active "$1" ;;
            disable/enabled | disable/enabled-runtime | disable/linked) false ;;
            disable/* | mask/masked) ! is_active "$1" ;;
            *) false ;;
          esac
        }
        set_unit() {
          if is_unit "$1" "$2"; then return 0; fi
          new_step unit
          printf '%s\n' "$1" > "$new/unit"
          if is_active "$1"; then echo yes; else echo no; fi > "$new/active"
          links > "$new/before"
          put_step
          case $2 in
            enable) systemctl unmask -- "$1" 9>&-; systemctl enable -- "$1" 9>&-; ! is_booted || systemctl start -- "$1" 9>&- ;;
            disable) systemctl disable -- "$1" 9>&-; ! is_booted || systemctl stop -- "$1" 9>&- ;;
            mask) ! is_active "$1" || systemctl stop -- "$1" 9>&-; systemctl mask -- "$1" 9>&- ;;
          esac
          note after "$(links)"
        }
        install_packages() {
          forecast=$(apt-get -s -q --no-install-recommends install -- "$@" 2> /dev/null 9>&-) || { apt-get -q update 9>&-; forecast=$(apt-get -s -q --no-install-recommends install -- "$@" 9>&-); }
          case $forecast in *'
        Remv '*) die "apt would remove packages to install $*: do it by hand if that is right" ;; *'
        Inst '*) ;; *) return 0 ;; esac
          new_step install
          printf '%s\n' "$forecast" | awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }' > "$new/packages"
          put_step
          apt --no-install-recommends --no-remove install -- "$@"
        }
        remove_packages() {
          set -- $(for one; do [ "$(status_of "$one")" != installed ] || echo "$one"; done)
          [ $# -gt 0 ] || return 0
          forecast=$(apt-get -s -q remove -- "$@" 9>&-)
          more=$(printf '%s\n' "$forecast" | awk -v ours=" $* " '$1 ~ /^(Purg|Remv)$/ && !index(ours, " " $2 " ") { print $2 }')
          [ -z "$more" ] || die "apt would remove more than $*: $more; do it by hand if that is right"
          new_step remove
          printf '%s\n' "$forecast" | awk '$1 ~ /^(Purg|Remv)$/ { gsub(/[][]/, "", $3); print $2 "=" $3 }' > "$new/packages"
          put_step
          apt remove -- "$@"
        }
        # tool UNDO FILES …: so many words that undo it, so many files that it changes, then the program. Files that stay as they are need no way back;
        # what changes no file is not done again when its repair was done before and has nothing new.
        tool() {
          undo=$1 files=$2 first=$((count + 1)) changed=$1
          shift 2
          if [ "$files" = 0 ] && [ "$count" = "$mark" ] && [ -e "$state/done/$at" ]; then return 0; fi
          new_step tool
          : > "$new/undo"
          while [ "$undo" -gt 0 ]; do printf '%s\0' "$1" >> "$new/undo"; shift; undo=$((undo - 1)); done
          put_step
          [ "$files" = 0 ] || changed=0
          while [ "$files" -gt 0 ]; do keep "$1"; shift; files=$((files - 1)); done
          [ "$1" != sshd ] || mkdir -p -m 0755 /run/sshd
          "$@" 9>&-
          last=$count step=$first
          while [ "$step" -le "$last" ]; do
            if [ -f "$state/steps/$step/hash" ]; then
              path=$(cat "$state/steps/$step/path")
              [ "$(hash_of "$path") $(rights_of "$path")" = "$(cat "$state/steps/$step/hash") $(cat "$state/steps/$step/rights")" ] || changed=1
              count=$step
              note after "$(hash_of "$path")"
            fi
            step=$((step + 1))
          done
          count=$last
          if [ "$changed" = 0 ]; then
            while [ "$count" -ge "$first" ]; do put_aside "$count"; count=$((count - 1)); done
          fi
        }
        # A service that cannot read its settings is not reloaded.
        verify() {
          [ "$1" != sshd ] || mkdir -p -m 0755 /run/sshd
          if [ "$count" != "$mark" ] && command -v "$1" > /dev/null; then "$@" > /dev/null 9>&- || die "refused by: $*"; fi
        }
        reload() {
          [ "$count" != "$mark" ] || return 0
          new_step reload
          printf '%s\n' "$1" > "$new/unit"
          put_step
          ! is_booted || systemctl try-reload-or-restart -- "$1" 9>&-
        }
        """;
}
