using Xunit;

namespace Garita.EndToEnd;

/// <summary>
/// The package under a running systemd, in a container with a network of its own: the units start the program with all that they forbid it, and
/// restart it when it dies or hangs; and ways back are units too.
/// </summary>
public sealed class SystemdTests : IDisposable
{
    private const string Life = """
        set -u
        root=$1 package=$2 settings=$3
        systemd-nspawn -q -D "$root" --volatile=overlay --bind-ro="$package":/garita.deb --bind-ro="$settings":/settings.toml \
          --boot --private-network --register=no --keep-unit < /dev/null > "$4" 2>&1 &
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
          until_is() { for try in $(seq 150); do [ "$(systemctl is-active garita)" = active ] && [ "$(systemctl show garita -p NRestarts --value)" = "$1" ] && break; sleep 0.2; done; systemctl show garita -p NRestarts --value; }
          dpkg -i /garita.deb > /tmp/installed 2>&1 || { cat /tmp/installed; exit 1; }; systemctl is-active garita.service garita.socket
          cp /settings.toml /etc/garita/garita.toml && chgrp garita /etc/garita/garita.toml && chmod 640 /etc/garita/garita.toml
          systemctl enable -q --now garita.socket garita.service && systemctl is-active garita.service garita.socket
          grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/$(systemctl show garita -p MainPID --value)/status | tr -d "\t"
          useradd -G garita watchman
          setpriv --reuid watchman --regid watchman --init-groups garita status > /dev/null && echo "a member of the group may ask"
          setpriv --reuid watchman --regid watchman --init-groups garita explain nobody@example.com --config /etc/garita/garita.toml 2>&1 | tail -n 1
          bash -c "exec 3<>/dev/tcp/127.0.0.1/25; head -n 1 <&3"
          systemctl reload garita && until_is 0
          kill -9 $(systemctl show garita -p MainPID --value); until_is 1
          kill -STOP $(systemctl show garita -p MainPID --value); until_is 2
          bash -c "exec 3<>/dev/tcp/127.0.0.1/25; head -n 1 <&3"
          journalctl -u garita --no-pager -o cat | grep -c "Watchdog timeout"
          systemctl stop garita.service; systemctl show garita -p Result --value
          useradd -G sudo boss
          cp /etc/pam.d/su /root/su
          until_as_before() { for try in $(seq 150); do cmp -s /etc/pam.d/su /root/su && break; sleep 0.2; done; cmp /etc/pam.d/su /root/su && echo "as before"; }
          mend() { garita harden apply --only su-restricted --yes --back-after "$1" > /tmp/mended 2>&1 && ! cmp -s /etc/pam.d/su /root/su && echo mended || cat /tmp/mended; }
          held() { systemctl list-units --no-legend --plain --state=running "garita-way-back-*" | cut -d " " -f 1; }
          mend "5 s"; until_as_before
          # Killed, it is started again; at the next boot the unit does what it would have done.
          mend "10 min"; kill -9 $(systemctl show $(held) -p MainPID --value); for try in $(seq 50); do [ "$(held | wc -l)" = 1 ] && break; sleep 0.2; done; held | wc -l
          systemd-analyze --man=no verify garita-way-back.service && echo "the unit is right"
          systemctl stop $(held); sed -i "s/\"boot\": \"[^\"]*\"/\"boot\": \"an earlier one\"/" /var/lib/garita-root/way-back/repairs.armed
          systemctl daemon-reload; systemctl start garita-way-back.service; until_as_before; ls /etc/systemd/system/garita-way-back* 2> /dev/null
          dpkg -r garita > /dev/null 2>&1; systemctl is-active garita.socket || true
        '
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-systemd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_units_start_it_without_privileges_and_restart_it_when_it_dies_or_hangs()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_LONG") is "1" && Environment.GetEnvironmentVariable("GARITA_BINARY") is { Length: > 0 }, "only ./test --all boots a system");
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/usr/bin/systemd-nspawn"), "needs root and systemd-container");
        var repository = Tool.Repository();
        var package = Path.Combine(repository, (await Tool.RunAsync(Path.Combine(repository, "deploy", "build"), "deb", "--published")).Trim().Split('\n')[^1]);
        var root = await DebianRoot.MakeAsync("systemd", "systemd-sysv", "dbus", "libssl3", "libicu72", "iproute2", "procps", "libpam-modules", "login");
        var script = Path.Combine(_folder, "life.sh");
        await File.WriteAllTextAsync(script, Life);
        var said = await Tool.RunAsync("timeout", "300", "bash", script, root, package, Path.Combine(repository, "deploy", "garita.example.toml"), Path.Combine(_folder, "console"));
        Assert.Equal(
            """
            inactive
            inactive
            active
            active
            CapEff:0000000000000000
            CapBnd:0000000000000000
            NoNewPrivs:1
            Seccomp:2
            a member of the group may ask
            """, string.Join('\n', said.Split('\n')[..9]));
        Assert.EndsWith(
            """
            220 mx1.example.com ESMTP Garita
            0
            1
            2
            220 mx1.example.com ESMTP Garita
            1
            success
            mended
            as before
            mended
            1
            the unit is right
            as before
            inactive

            """, said.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
