using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// A lockdown for hosts without nftables: chains of its own in the format of iptables-restore and ip6tables-restore, in a script that puts
/// them first in INPUT and OUTPUT, goes back by itself, and leaves all other chains alone.
/// </summary>
public static class IptablesLockdown
{
    /// <summary>The script: <c>apply</c>, <c>confirm</c>, <c>undo</c>.</summary>
    /// <param name="plan">What is let in and out.</param>
    public static string Render(LockdownPlan plan)
    {
        var text = new StringBuilder();
        text.Line("rules4() { cat <<'END'").Append(Rules(plan, AddressFamily.InterNetwork)).Line("END").Line("}")
            .Line("rules6() { cat <<'END'").Append(Rules(plan, AddressFamily.InterNetworkV6)).Line("END").Line("}");
        return LockdownScript.Render(
            [
                $"Lockdown of the mail server {plan.Backend}: ports {LockdownText.Ports(plan.MailPorts, ", ")} for the gateway alone.",
                .. LockdownScript.Usage("two minutes"),
                "It lasts until the next start; iptables-save (netfilter-persistent save, or a line in rc.local) keeps it longer.",
                .. plan.Warnings().Select(static warning => "NOTE: " + warning),
            ],
            text.Append(Parts).ToString());
    }

    /// <summary>The rules of one family for <c>iptables-restore --noflush</c> or <c>ip6tables-restore --noflush</c>.</summary>
    /// <param name="plan">What is let in and out.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    public static string Rules(LockdownPlan plan, AddressFamily family)
    {
        var isSix = family == AddressFamily.InterNetworkV6;
        var text = new StringBuilder("*filter\n:GARITA_IN - [0:0]\n:GARITA_MAIL - [0:0]\n:GARITA_MAC - [0:0]\n:GARITA_OUT - [0:0]\n");
        Mail(text, plan, isSix);
        Input(text, plan, isSix);
        Output(text, plan, isSix);
        return text.Line("COMMIT").ToString();
    }

    private static void Mail(StringBuilder text, LockdownPlan plan, bool isSix)
    {
        // A source that is ours comes over loopback only.
        text.Line("-A GARITA_MAIL -m addrtype --src-type LOCAL -j DROP");
        foreach (var gateway in plan.Gateways.Where(gateway => LockdownText.IsIpv6(gateway) == isSix))
            text.Line($"-A GARITA_MAIL -s {gateway} -j {(plan.GatewayMacs.Count > 0 ? "GARITA_MAC" : "ACCEPT")}");
        foreach (var network in Of(plan.AlsoFrom, isSix))
            text.Line($"-A GARITA_MAIL -s {network} -j ACCEPT");
        text.Line("-A GARITA_MAIL -m limit --limit 5/minute --limit-burst 10 -j LOG --log-prefix \"garita-direct \"")
            .Line("-A GARITA_MAIL -j DROP");
        foreach (var mac in plan.GatewayMacs)
            text.Line($"-A GARITA_MAC -m mac --mac-source {mac} -j ACCEPT");
        text.Line("-A GARITA_MAC -j DROP");
    }

    private static void Input(StringBuilder text, LockdownPlan plan, bool isSix)
    {
        text.Line("-A GARITA_IN -i lo -j ACCEPT");
        // A rule for each port: multiport takes fifteen.
        foreach (var port in plan.MailPorts.Distinct().Order())
            text.Line($"-A GARITA_IN -p tcp --dport {port} -j GARITA_MAIL");
        foreach (var network in Of(plan.SshFrom, isSix))
            text.Line($"-A GARITA_IN -p tcp --dport {plan.SshPort} -m conntrack --ctstate NEW -s {network} -j ACCEPT");
        if (plan.SshFrom.Count > 0)
            text.Line($"-A GARITA_IN -p tcp --dport {plan.SshPort} -m conntrack --ctstate NEW -j DROP");
        if (plan.Services is not { } services)
            return;
        text.Line("-A GARITA_IN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT");
        // Router and neighbour messages have no state: they are let in before what has none is dropped.
        if (isSix)
        {
            foreach (var type in (int[])[133, 134, 135, 136, 137])
                text.Line($"-A GARITA_IN -p icmpv6 --icmpv6-type {type} -m hl --hl-eq 255 -j ACCEPT");
            foreach (var type in (int[])[1, 2, 3, 4, 130])
                text.Line($"-A GARITA_IN -p icmpv6 --icmpv6-type {type} -j ACCEPT");
            text.Line("-A GARITA_IN -p icmpv6 --icmpv6-type 128 -m limit --limit 5/second -j ACCEPT")
                .Line("-A GARITA_IN -p udp --sport 547 --dport 546 -j ACCEPT");
        }
        else
        {
            foreach (var type in (int[])[3, 11, 12])
                text.Line($"-A GARITA_IN -p icmp --icmp-type {type} -j ACCEPT");
            text.Line("-A GARITA_IN -p icmp --icmp-type 8 -m limit --limit 5/second -j ACCEPT")
                .Line("-A GARITA_IN -p udp --sport 67 --dport 68 -j ACCEPT");
        }

        text.Line("-A GARITA_IN -m conntrack --ctstate INVALID -j DROP");
        foreach (var port in (plan.SshFrom.Count == 0 ? services.Append(plan.SshPort) : services).Distinct().Order())
            text.Line($"-A GARITA_IN -p tcp --dport {port} -j ACCEPT");
        text.Line("-A GARITA_IN -j DROP");
    }

    private static void Output(StringBuilder text, LockdownPlan plan, bool isSix)
    {
        if (!plan.LimitsEgress)
            return;
        text.Line("-A GARITA_OUT -o lo -j ACCEPT").Line("-A GARITA_OUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT");
        foreach (var gateway in plan.Gateways.Where(gateway => LockdownText.IsIpv6(gateway) == isSix))
            text.Line($"-A GARITA_OUT -d {gateway} -p tcp -m multiport --dports 25,465,587 -j ACCEPT");
        foreach (var egress in plan.DeclaredEgress)
        {
            foreach (var to in egress.To.Where(to => to.IsIpv6 == isSix))
            {
                foreach (var protocol in egress.Protocols)
                    text.Line($"-A GARITA_OUT -d {LockdownText.Network(to.Network)} -p {protocol} -m multiport --dports {LockdownText.Ports(to.Ports(egress.Usual), ",")} -j ACCEPT");
            }
        }

        if (isSix)
        {
            foreach (var type in (int[])[133, 135, 136, 131, 143])
                text.Line($"-A GARITA_OUT -p icmpv6 --icmpv6-type {type} -j ACCEPT");
        }

        text.Line(isSix ? "-A GARITA_OUT -p udp --sport 546 --dport 547 -j ACCEPT" : "-A GARITA_OUT -p udp --sport 68 --dport 67 -j ACCEPT")
            .Line(isSix ? "-A GARITA_OUT -j REJECT --reject-with icmp6-adm-prohibited" : "-A GARITA_OUT -j REJECT --reject-with icmp-admin-prohibited");
    }

    private static IEnumerable<string> Of(IEnumerable<IPNetwork> networks, bool isSix) =>
        networks.Where(network => LockdownText.IsIpv6(network) == isSix).Select(LockdownText.Network);

    /// <summary>
    /// Each family is loaded in one transaction, and the jumps come after their chains. A host whose kernel has no IPv6 needs no ip6tables.
    /// </summary>
    private const string Parts = """
        name=iptables keep=${GARITA_KEEP:-/run/garita-lockdown/iptables} wait=${GARITA_WAIT:-120} units=/run/systemd/system
        families() { echo iptables; [ ! -e /proc/net/if_inet6 ] || echo ip6tables; }
        rules() { case $1 in iptables) rules4 ;; *) rules6 ;; esac; }
        check() { for family in $(families); do rules "$family" | "$family-restore" --noflush --test || return 1; done; }
        changes() { for family in $(families); do echo "# $family-restore --noflush, then  -I INPUT 1 -j GARITA_IN  and  -I OUTPUT 1 -j GARITA_OUT"; rules "$family"; done; }
        # Our chains as they are; nothing where there are none.
        save() { for family in $(families); do "$family-save" -t filter > "$1/all" && { grep -e '^:GARITA_' -e '^-A GARITA_' "$1/all" > "$1/$family" || :; } && rm -f "$1/all" || return 1; done; }
        load() {
          "$1-restore" -w --noflush || return 1
          for pair in INPUT:GARITA_IN OUTPUT:GARITA_OUT; do
            "$1" -w -C "${pair%%:*}" -j "${pair##*:}" 2> /dev/null || "$1" -w -I "${pair%%:*}" 1 -j "${pair##*:}" || return 1
          done
        }
        put() { for family in $(families); do rules "$family" | load "$family" || return 1; done; }
        restore() {
          for family in $(families); do
            if [ -s "$1/$family" ]; then
              { echo '*filter' && cat "$1/$family" && echo COMMIT; } | load "$family" || return 1
            else
              remove "$family"
            fi
          done
        }
        remove() {
          for pair in INPUT:GARITA_IN OUTPUT:GARITA_OUT; do
            while "$1" -w -D "${pair%%:*}" -j "${pair##*:}" 2> /dev/null; do :; done
          done
          for chain in GARITA_IN GARITA_OUT GARITA_MAIL GARITA_MAC; do "$1" -w -F "$chain" 2> /dev/null || :; done
          for chain in GARITA_IN GARITA_OUT GARITA_MAIL GARITA_MAC; do "$1" -w -X "$chain" 2> /dev/null || :; done
        }
        stays() { echo 'until the next start: netfilter-persistent save, or iptables-save and ip6tables-save into what your system loads, keeps it longer'; }
        none() { echo 'what is loaded at the start is taken out where it is kept (netfilter-persistent: /etc/iptables)'; }

        """;
}
