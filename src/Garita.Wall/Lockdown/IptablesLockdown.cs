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
        var text = new StringBuilder("#!/bin/sh\n");
        text.Comment("#",
        [
            $"Lockdown of the mail server {plan.Backend}: ports {LockdownText.Ports(plan.MailPorts, ", ")} for the gateway alone.",
            "On the mail server, as root:",
            "  sh lockdown.sh check      # are the rules understood? nothing changes",
            "  sh lockdown.sh apply      # in force for two minutes, then gone again by itself",
            "  sh lockdown.sh confirm    # from another login, when it and the mail work: it stays",
            "  sh lockdown.sh undo       # back at once",
            "It lasts until the next start; iptables-save (netfilter-persistent save, or a line in rc.local) keeps it longer.",
            .. plan.Warnings().Select(static warning => "NOTE: " + warning),
        ]);
        text.Line("set -eu")
            .Line("rules4() { cat <<'END'").Append(Rules(plan, AddressFamily.InterNetwork)).Line("END").Line("}")
            .Line("rules6() { cat <<'END'").Append(Rules(plan, AddressFamily.InterNetworkV6)).Line("END").Line("}");
        return text.Append(Actions).ToString();
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
    /// The way back is begun before the first rule is in force, and outlives the login (setsid): whoever is killed in the middle is let in
    /// again after two minutes. A host whose kernel has no IPv6 needs no ip6tables.
    /// </summary>
    private const string Actions = """
        mark=${GARITA_MARK:-/run/garita-lockdown.unconfirmed}
        six() { [ -e /proc/net/if_inet6 ]; }
        undo_one() {
          for pair in INPUT:GARITA_IN OUTPUT:GARITA_OUT; do
            while "$1" -w -D "${pair%%:*}" -j "${pair##*:}" 2>/dev/null; do :; done
          done
          for chain in GARITA_IN GARITA_OUT GARITA_MAIL GARITA_MAC; do "$1" -w -F "$chain" 2>/dev/null || :; done
          for chain in GARITA_IN GARITA_OUT GARITA_MAIL GARITA_MAC; do "$1" -w -X "$chain" 2>/dev/null || :; done
        }
        undo() { undo_one iptables; if six; then undo_one ip6tables; fi; rm -f "$mark"; }
        load_one() {
          "$2" | "$1-restore" -w --noflush || return 1
          for pair in INPUT:GARITA_IN OUTPUT:GARITA_OUT; do
            "$1" -w -C "${pair%%:*}" -j "${pair##*:}" 2>/dev/null || "$1" -w -I "${pair%%:*}" 1 -j "${pair##*:}" || return 1
          done
        }
        check() { rules4 | iptables-restore --noflush --test; if six; then rules6 | ip6tables-restore --noflush --test; fi; }
        # Detached, so that it outlives this login: a unit of its own where systemd runs, as that may end all of a session's processes.
        way_back() {
          if [ -d /run/systemd/system ] && [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ]; then
            systemd-run --quiet --collect --setenv=GARITA_WAIT="${GARITA_WAIT:-120}" --setenv=GARITA_MARK="$mark" sh "$(readlink -f "$0")" wait-and-undo "$1"
          else
            setsid sh "$0" wait-and-undo "$1" < /dev/null > /dev/null 2>&1 &
          fi
        }
        wait_and_undo() {
          sleep "${GARITA_WAIT:-120}"
          [ -e "$mark" ] && [ "$(cat "$mark")" = "$1" ] && undo
          return 0
        }
        case ${1:-} in
        check) check && echo 'the rules are understood; nothing was changed' ;;
        apply)
          check
          umask 077
          echo "$$" > "$mark"
          way_back "$$"
          load_one iptables rules4 && { ! six || load_one ip6tables rules6; } || { undo; echo 'not applied, everything is as before' >&2; exit 1; }
          echo "in force; gone again in ${GARITA_WAIT:-120} s unless you say: sh $0 confirm"
          ;;
        confirm)
          [ -e "$mark" ] || { echo 'nothing waits for a confirmation: it went back already, or was confirmed' >&2; exit 1; }
          rm -f "$mark"
          echo 'it stays'
          ;;
        undo) undo; echo 'as before' ;;
        wait-and-undo) wait_and_undo "${2:-}" ;;
        *) echo "usage: sh $0 check|apply|confirm|undo" >&2; exit 2 ;;
        esac

        """;
}
