using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>
/// The way back as a unit of a running systemd, in a container with a network of its own: it goes by itself, a confirmation takes it away, and that
/// of Postfix is wanted at each start until then.
/// </summary>
public sealed class SystemdWayBackTests
{
    private const string Life = """
        set -u
        root=$1 scripts=$2
        systemd-nspawn -q -D "$root" --volatile=overlay --bind-ro="$scripts":/lockdown --boot --private-network --register=no --keep-unit < /dev/null > "$3" 2>&1 &
        container=$!
        trap 'kill -9 $init $container 2>/dev/null' EXIT
        inside() { nsenter -t "$init" -a "$@"; }
        init=
        for try in $(seq 100); do
          init=$(cat /proc/$container/task/*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do [ "$(cat /proc/$child/comm 2>/dev/null)" = systemd ] && echo "$child"; done | head -n 1)
          [ -n "$init" ] && inside systemctl is-active -q basic.target 2>/dev/null && break
          sleep 0.2
        done
        inside sh -c '
          export PATH=/usr/sbin:/usr/bin:/sbin:/bin
          say() { sh /lockdown/$1.sh show 2>&1 | sed -n "s/^# \(state: [a-z, ]*[a-z]\).*/$1 \1/p"; }
          unit() { systemctl is-active garita-lockdown-$1-back; systemctl is-enabled garita-lockdown-$1-back 2> /dev/null | grep . || echo "no unit"; }
          gone() { for try in $(seq 100); do [ -e $2 ] || break; sleep 0.1; done; for try in $(seq 100); do [ "$(systemctl is-active garita-lockdown-$1-back)" = inactive ] && break; sleep 0.1; done; }
          nft=/run/garita-lockdown/nftables
          GARITA_WAIT=2 sh /lockdown/nftables.sh apply > /dev/null; nft list tables; unit nftables
          gone nftables $nft/former; nft list tables; say nftables; unit nftables
          sh /lockdown/nftables.sh apply > /dev/null; sh /lockdown/nftables.sh confirm > /dev/null; nft list tables; say nftables; unit nftables
          sh /lockdown/nftables.sh undo > /dev/null 2>&1; nft list tables
          postconf -e inet_interfaces=loopback-only maillog_file=/var/log/postfix.log; systemctl enable -q postfix; postfix start > /dev/null 2>&1
          sum() { cat /etc/postfix/main.cf /etc/postfix/master.cf | md5sum; }
          before=$(sum)
          sh /lockdown/postfix.sh apply > /dev/null 2>&1; unit postfix; [ "$before" != "$(sum)" ] && echo changed
          echo after a restart
          systemctl stop garita-lockdown-postfix-back
          keep=/etc/postfix/before-garita; read -r id until < $keep/unconfirmed; echo "$id $(($(date +%s) + 1))" > $keep/unconfirmed
          systemctl start multi-user.target
          gone postfix $keep/former; [ "$before" = "$(sum)" ] && echo as before; say postfix; unit postfix
          sh /lockdown/postfix.sh apply > /dev/null 2>&1; sh /lockdown/postfix.sh confirm > /dev/null; say postfix; unit postfix
          sh /lockdown/postfix.sh undo > /dev/null 2>&1; [ "$before" = "$(sum)" ] && echo as before; say postfix
          systemctl --failed --no-legend | grep garita
        '
        """;

    [Fact]
    public async Task The_way_back_is_a_unit_until_it_went_or_is_confirmed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_LONG") is "1", "only ./test --all boots a system");
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/systemd-nspawn"), "needs root and systemd-container");
        using var site = LockdownSite.Make("/usr/sbin/debootstrap");
        var root = await DebianRoot.MakeAsync(DebianFolder.Packages.Split(','));
        var scripts = Directory.CreateDirectory(Path.Combine(site.Folder, "scripts")).FullName;
        foreach (var form in (string[])["nftables", "postfix"])
            Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", Path.Combine(scripts, form + ".sh")).Code);
        var script = Path.Combine(site.Folder, "life.sh");
        await File.WriteAllTextAsync(script, Life);
        var (_, said) = await Tool.TryAsync("timeout", "100", "bash", script, root, scripts, Path.Combine(site.Folder, "console"));
        Assert.Equal(
            """
            table inet garita_lockdown
            active
            disabled
            nftables state: not applied
            inactive
            no unit
            table inet garita_lockdown
            nftables state: in force, confirmed on
            inactive
            no unit
            active
            enabled
            changed
            after a restart
            as before
            postfix state: not applied
            inactive
            no unit
            postfix state: in force, confirmed on
            inactive
            no unit
            as before
            postfix state: not applied

            """, said.Replace("\r", "", StringComparison.Ordinal));
    }
}
