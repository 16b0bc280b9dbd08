using System.Net;
using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// A lockdown as Postfix settings, in a script of <c>postconf</c> commands: on the SMTP service the gateway alone is served, it may not
/// relay, and it is not throttled. Other services (submission) stay as they are.
/// </summary>
public static class PostfixLockdown
{
    /// <summary>The script: <c>show</c>, <c>apply</c>, <c>confirm</c>, <c>undo</c>.</summary>
    /// <param name="plan">What is let in.</param>
    public static string Render(LockdownPlan plan)
    {
        var text = new StringBuilder("#!/bin/sh\n");
        text.Comment("#",
        [
            $"Postfix of the mail server {plan.Backend}: on port {LockdownText.Ports(plan.MailPorts, ", ")} the gateway alone is served.",
            "On the mail server, as root (CONF names the folder of main.cf where it is not /etc/postfix):",
            "  sh lockdown.sh show       # what would be set; nothing changes",
            "  sh lockdown.sh apply      # main.cf and master.cf are kept, then set; back by itself after ten minutes",
            "  sh lockdown.sh confirm    # mail arrives: it stays",
            "  sh lockdown.sh undo       # the kept files again",
            "A packet filter before it (--for nftables) spares Postfix the connections; this is the second line.",
        ]);
        var gateways = string.Join(' ', plan.Gateways.Select(Pattern));
        var exclusions = string.Join(' ', plan.Gateways.Select(static gateway => "!" + Pattern(gateway)));
        text.Line("set -eu")
            .Line("export MAIL_CONFIG=${CONF:-/etc/postfix}")
            .Line($"gateways={ShellText.Quote(gateways)}")
            .Line($"exclusions={ShellText.Quote(exclusions)}")
            .Line($"ports={ShellText.Quote(LockdownText.Ports(plan.MailPorts, " "))}")
            .Line("clients() { cat <<'END'");
        text.Comment("#", ["Who is served on the mail port; the first line that fits counts."]);
        foreach (var network in plan.AllowedClients)
            text.Line($"{LockdownText.Network(network)} permit");
        text.Line("127.0.0.0/8 permit").Line("::1 permit").Line("END").Line("}");
        return text.Append(Actions).ToString();
    }

    // postconf(5), mynetworks: IPv6 in brackets, "!" before what does not belong to it.
    private static string Pattern(IPAddress address) => LockdownText.IsIpv6(address) ? $"[{address}]" : address.ToString();

    /// <summary>
    /// What differs by version is asked of Postfix itself: backports of distributions know settings that their number does not tell of.
    /// The first pattern that fits counts, so the gateway is put out before, and excepted before.
    /// </summary>
    private const string Actions = """
        keep=$MAIL_CONFIG/before-garita
        mark=$keep/unconfirmed
        table=$MAIL_CONFIG/garita_clients.cidr
        knows() { [ -n "$(postconf -d "$1" 2>/dev/null)" ]; }
        # The services of master.cf on the mail ports: "smtp", "25", "127.0.0.1:25"; behind postscreen the service "smtpd pass".
        services() {
          for port in $ports; do
            name=$port; [ "$port" != 25 ] || name='(smtp|25)'
            postconf -M | awk -v name="(^|:)$name\$" '$2 == "inet" && $8 == "smtpd" && $1 ~ name { print $1 "/" $2 }
              $2 == "inet" && $8 == "postscreen" && $1 ~ name { screened = 1 }
              $2 == "pass" && $8 == "smtpd" { passed = $1 "/" $2 }
              END { if (screened && passed != "") print passed }'
          done
        }
        before() {
          old=$(postconf -h "$1")
          # Tables within the line have blanks and commas of their own.
          case $old in *:'{'*) printf '%s %s' "$2" "${old#"$2 "}"; return ;; esac
          for word in $2; do old=$(printf ' %s ' "$old" | sed 's/,/ /g' | awk -v word="$word" '{ for (i = 1; i <= NF; i++) if ($i != word) printf "%s ", $i }'); done
          printf '%s %s' "$2" "$old" | sed 's/ *$//'
        }
        settings() {
          # Every mail of strangers comes from the gateway: in mynetworks it could relay, and what guards against smuggling would spare it.
          echo "mynetworks = $(before mynetworks "$exclusions")"
          # It is one busy client: without this anvil would throttle it.
          echo "smtpd_client_event_limit_exceptions = $(before smtpd_client_event_limit_exceptions "$gateways")"
          ! knows smtpd_forbid_bare_newline || echo 'smtpd_forbid_bare_newline = yes'
          ! knows smtpd_forbid_bare_newline_exclusions || echo "smtpd_forbid_bare_newline_exclusions = $(before smtpd_forbid_bare_newline_exclusions "$exclusions")"
          ! knows smtpd_forbid_unauth_pipelining || echo 'smtpd_forbid_unauth_pipelining = yes'
          echo 'disable_vrfy_command = yes'
          echo 'smtpd_helo_required = yes'
        }
        services_or_end() {
          found=$(services)
          [ -n "$found" ] || { echo "no smtpd on port $ports in $MAIL_CONFIG/master.cf: nothing was changed" >&2; exit 1; }
          postconf -M | awk '$8 == "postscreen" { print "WARNING: postscreen is on: it sees the gateway alone; turn it off in master.cf" }' >&2
        }
        show() {
          services_or_end
          settings
          for service in $found; do echo "$service: smtpd_client_restrictions = check_client_access cidr:$table, reject"; done
        }
        reload() { postfix check && postfix reload; }
        undo() {
          [ -e "$keep/main.cf" ] || { echo "nothing is kept in $keep" >&2; exit 1; }
          cp -p "$keep/main.cf" "$MAIL_CONFIG/main.cf"
          cp -p "$keep/master.cf" "$MAIL_CONFIG/master.cf"
          rm -f "$table" "$keep/main.cf" "$keep/master.cf" "$mark"
          reload || echo 'Postfix does not run' >&2
        }
        # Detached, so that it outlives this login: a unit of its own where systemd runs, as that may end all of a session's processes.
        way_back() {
          if [ -d /run/systemd/system ] && [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ]; then
            systemd-run --quiet --collect --setenv=GARITA_WAIT="${GARITA_WAIT:-600}" --setenv=CONF="$MAIL_CONFIG" sh "$(readlink -f "$0")" wait-and-undo "$1"
          else
            setsid sh "$0" wait-and-undo "$1" < /dev/null > /dev/null 2>&1 &
          fi
        }
        apply() {
          services_or_end
          mkdir -p "$keep" || return 1
          # What was before the first time is what undo means.
          [ -e "$keep/master.cf" ] || { cp -p "$MAIL_CONFIG/main.cf" "$keep/main.cf" && cp -p "$MAIL_CONFIG/master.cf" "$keep/master.cf"; } || return 1
          echo "$$" > "$mark"
          way_back "$$" || return 1
          clients > "$table.new" && chmod 644 "$table.new" && mv "$table.new" "$table" || return 1
          settings | while IFS= read -r line; do postconf -e "$line" || exit 1; done || return 1
          # Commas only: master.cf parts words at blanks.
          for service in $found; do postconf -P "$service/smtpd_client_restrictions=check_client_access,cidr:$table,reject" || return 1; done
          reload
        }
        case ${1:-} in
        show) show ;;
        apply)
          (apply) || { undo; echo 'not applied, everything is as before' >&2; exit 1; }
          echo "in force; back again in ${GARITA_WAIT:-600} s unless you say: sh $0 confirm"
          ;;
        confirm)
          [ -e "$mark" ] || { echo 'nothing waits for a confirmation: it went back already, or was confirmed' >&2; exit 1; }
          rm -f "$mark"
          echo 'it stays'
          ;;
        undo) undo; echo 'as before' ;;
        wait-and-undo)
          sleep "${GARITA_WAIT:-600}"
          [ -e "$mark" ] && [ "$(cat "$mark")" = "${2:-}" ] && undo
          ;;
        *) echo "usage: sh $0 show|apply|confirm|undo" >&2; exit 2 ;;
        esac

        """;
}
