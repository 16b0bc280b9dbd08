using Xunit;

namespace Garita.EndToEnd;

/// <summary>
/// The Debian package, made of the programs that were published already: what lintian says of it, and its life from installation to purge in a
/// copy of this system that is a layer above it and gone with its namespace.
/// </summary>
public sealed class PackageTests : IDisposable
{
    private const string Life = """
        set -eu
        package=$1 layer=$2
        mount -t tmpfs -o size=512m none "$layer"
        mkdir "$layer"/up "$layer"/work "$layer"/root
        mount -t overlay overlay -o lowerdir=/,upperdir="$layer"/up,workdir="$layer"/work "$layer"/root
        # The copy has no service manager, whatever the host has.
        mount -t tmpfs none "$layer"/root/run
        mkdir -p "$layer"/root/run/lock
        mount -t proc none "$layer"/root/proc
        cp "$package" "$layer"/root/garita.deb
        cat > "$layer"/root/life.sh <<'SCRIPT'
        set -eu
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive
        left() { find / -xdev \( -path /proc -o -path /sys -o -path /tmp -o -path /root -o -path /work \) -prune -o -path '*garita*' ! -path '/garita.deb' ! -path '/var/lib/dpkg/*' -print | sort | tr '\n' ' '; }
        before=$(left)
        echo "installing: $(dpkg -i /garita.deb 2>&1 | grep '^garita:')"
        echo "user: $(getent passwd garita | cut -d: -f1,6,7) $(getent passwd garita-warden | cut -d: -f1,6,7)"
        stat -c '%n %A %U %G' /etc/garita /var/lib/garita /var/lib/garita-root
        echo "enabled: $(find /etc/systemd /run -name 'garita*' | wc -l)"
        echo "version: $(garita --version)"
        echo "example: $(garita check --config /etc/garita/garita.example.toml | head -n 1)"
        man -w garita garita-warden > /dev/null && echo "man pages"
        printf '\n# ours\n' >> /etc/garita/garita.example.toml
        cp /etc/garita/garita.example.toml /etc/garita/garita.toml
        dpkg -i /garita.deb > /dev/null 2>&1 && grep -c '^# ours' /etc/garita/garita.example.toml
        mkdir -p /var/lib/garita/spool && echo mail > /var/lib/garita/spool/letter
        dpkg -r garita > /dev/null 2>&1
        echo "removed: $(ls /usr/lib/garita /usr/sbin/garita /usr/lib/systemd/system/garita.service 2>/dev/null | wc -l) settings $(ls /etc/garita | wc -l)"
        echo "purging: $(dpkg -P garita 2>&1 | grep '^garita:' | sort | tr '\n' ' ')"
        echo "mail: $(cat /var/lib/garita/spool/letter)"
        rm -r /var/lib/garita /etc/garita
        [ "$(left)" = "$before" ] && echo "nothing is left" || left
        SCRIPT
        chroot "$layer"/root /bin/sh /life.sh
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("garita-package-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Lintian_finds_no_error_and_a_host_is_after_the_purge_what_it_was_before()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_BINARY") is { Length: > 0 }, "the package is made of the native programs");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may install");
        var root = Tool.Repository();
        var package = Path.Combine(root, (await Tool.RunAsync(Path.Combine(root, "deploy", "build"), "deb", "--published")).Trim().Split('\n')[^1]);
        Assert.DoesNotContain("E: ", await Tool.RunAsync("lintian", "--allow-root", "--fail-on", "error", package), StringComparison.Ordinal);

        var script = Path.Combine(_folder, "life.sh");
        await File.WriteAllTextAsync(script, Life);
        var layer = Directory.CreateDirectory(Path.Combine(_folder, "layer")).FullName;
        var said = await Tool.RunAsync("unshare", "--mount", "--propagation", "private", "bash", script, package, layer);
        Assert.Equal(
            """
            installing: garita: nothing runs yet. Write the settings with: garita setup
            user: garita:/var/lib/garita:/usr/sbin/nologin garita-warden:/nonexistent:/usr/sbin/nologin
            /etc/garita drwxr-x--- root garita
            /var/lib/garita drwxr-x--- garita garita
            /var/lib/garita-root drwx------ root root
            enabled: 0
            """, string.Join('\n', said.Split('\n')[..6]));
        Assert.Matches(@"version: 0\.\d+\.\d+", said);
        Assert.Contains("example: /etc/garita/garita.example.toml: ok, 1 listener", said, StringComparison.Ordinal);
        // A changed example stays changed; the package goes and the mail stays.
        Assert.EndsWith(
            """
            man pages
            1
            removed: 0 settings 2
            purging: garita: /etc/garita still holds your settings and keys; remove it yourself garita: /var/lib/garita still holds mail; remove it yourself when you no longer need it 
            mail: mail
            nothing is left

            """, said, StringComparison.Ordinal);
    }
}
