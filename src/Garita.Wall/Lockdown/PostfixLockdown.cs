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
        var text = new StringBuilder();
        var gateways = string.Join(' ', plan.Gateways.Select(Pattern));
        var exclusions = string.Join(' ', plan.Gateways.Select(static gateway => "!" + Pattern(gateway)));
        text.Line("export MAIL_CONFIG=${CONF:-/etc/postfix}")
            .Line($"gateways={ShellText.Quote(gateways)}")
            .Line($"exclusions={ShellText.Quote(exclusions)}")
            .Line($"ports={ShellText.Quote(LockdownText.Ports(plan.MailPorts, " "))}")
            .Line("clients() { cat <<'END'");
        text.Comment("#", ["Who is served on the mail port; the first line that fits counts."]);
        foreach (var network in plan.AllowedClients)
            text.Line($"{LockdownText.Network(network)} permit");
        text.Line("127.0.0.0/8 permit").Line("::1 permit").Line("END").Line("}");
        return LockdownScript.Render(
            [
                $"Postfix of the mail server {plan.Backend}: on port {LockdownText.Ports(plan.MailPorts, ", ")} the gateway alone is served.",
                .. LockdownScript.Usage("ten minutes"),
                "CONF names the folder of main.cf where it is not /etc/postfix; main.cf and master.cf are kept in before-garita there.",
                "A packet filter before it (--for nftables) spares Postfix the connections; this is the second line.",
            ],
            text.Append(Parts).ToString());
    }

    // postconf(5), mynetworks: IPv6 in brackets, "!" before what does not belong to it.
    private static string Pattern(IPAddress address) => LockdownText.IsIpv6(address) ? $"[{address}]" : address.ToString();

    /// <summary>
    /// What differs by version is asked of Postfix itself: backports of distributions know settings that their number does not tell of.
    /// The first pattern that fits counts, so the gateway is put out before, and excepted before.
    /// </summary>
    private const string Parts = """
        name=postfix keep=${GARITA_KEEP:-$MAIL_CONFIG/before-garita} wait=${GARITA_WAIT:-600} units=/etc/systemd/system
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
        check() {
          found=$(services)
          [ -n "$found" ] || { echo "no smtpd on port $ports in $MAIL_CONFIG/master.cf" >&2; return 1; }
          postconf -M | awk '$8 == "postscreen" { print "WARNING: postscreen is on: it sees the gateway alone; turn it off in master.cf" }' >&2
        }
        changes() {
          settings
          for service in $found; do echo "$service: smtpd_client_restrictions = check_client_access cidr:$table, reject"; done
        }
        reload() { postfix check 9>&- && postfix reload 9>&-; }
        save() {
          cp -p "$MAIL_CONFIG/main.cf" "$MAIL_CONFIG/master.cf" "$1/" || return 1
          [ ! -e "$table" ] || cp -p "$table" "$1/"
        }
        # Beside it, then renamed: Postfix never reads half of it. A link stays one.
        replace() {
          into=$(readlink -f "$2") && cp -p "$1" "$into.garita" && mv "$into.garita" "$into"
        }
        restore() {
          [ ! -e "$1/${table##*/}" ] || replace "$1/${table##*/}" "$table" || return 1
          replace "$1/main.cf" "$MAIL_CONFIG/main.cf" && replace "$1/master.cf" "$MAIL_CONFIG/master.cf" || return 1
          [ -e "$1/${table##*/}" ] || rm -f "$table"
          # Of one who was killed while he wrote it.
          rm -f "$table.new"
          reload || echo 'Postfix does not run, or does not take its former files: see its log' >&2
        }
        put() {
          clients > "$table.new" && chmod 644 "$table.new" && mv "$table.new" "$table" || return 1
          settings | while IFS= read -r line; do postconf -e "$line" || exit 1; done || return 1
          # Commas only: master.cf parts words at blanks.
          for service in $found; do postconf -P "$service/smtpd_client_restrictions=check_client_access,cidr:$table,reject" || return 1; done
          reload
        }
        stays() { echo 'after a restart too'; }
        none() { echo "settings of it in main.cf are taken out by hand: postconf -n, postconf -P"; }

        """;
}
