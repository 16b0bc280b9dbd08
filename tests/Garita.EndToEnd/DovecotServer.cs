using System.Diagnostics;
using System.Globalization;

namespace Garita.EndToEnd;

/// <summary>Debian's Dovecot as an LMTP server on loopback and on a unix socket, with settings and folders of its own. Stopped by its own process id.</summary>
internal sealed class DovecotServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private DovecotServer(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public string Socket => Path.Combine(_folder, "lmtp.sock");

    public static bool IsInstalled => File.Exists("/usr/sbin/dovecot") && File.Exists("/usr/lib/dovecot/lmtp") && Environment.UserName is "root";

    /// <summary>Starts it for these users, with TLS where there is a certificate.</summary>
    public static async Task<DovecotServer> StartAsync(string folder, string[] users, string? certificate = null)
    {
        var port = RunningGateway.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "mail"));
        await File.WriteAllLinesAsync(Path.Combine(folder, "users"), users.Select(user => $"{user}::65534:65534::{folder}/mail/{user}::"));
        await File.WriteAllTextAsync(Path.Combine(folder, "dovecot.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            base_dir = {{folder}}/run
            state_dir = {{folder}}/state
            log_path = {{folder}}/log
            protocols = lmtp
            listen = 127.0.0.1
            {{(certificate is null ? "ssl = no" : $"ssl = yes\nssl_cert = <{certificate}.pem\nssl_key = <{certificate}.key")}}
            mail_location = maildir:{{folder}}/mail/%u
            first_valid_uid = 0
            default_internal_user = root
            default_internal_group = root
            default_login_user = root
            userdb {
              driver = passwd-file
              args = {{folder}}/users
            }
            passdb {
              driver = passwd-file
              args = {{folder}}/users
            }
            service lmtp {
              chroot =
              inet_listener lmtp {
                address = 127.0.0.1
                port = {{port}}
              }
              unix_listener {{folder}}/lmtp.sock {
                mode = 0666
              }
            }
            """));
        using (var owner = Process.Start("chown", ["-R", "65534:65534", Path.Combine(folder, "mail")]))
            await owner.WaitForExitAsync();
        var process = Process.Start(new ProcessStartInfo("/usr/sbin/dovecot", ["-F", "-c", Path.Combine(folder, "dovecot.conf")]))!;
        var server = new DovecotServer(process, folder, port);
        for (var i = 0; i < 200 && !File.Exists(server.Socket); i++)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"dovecot ended with {process.ExitCode}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return server;
    }

    /// <summary>What a user has got.</summary>
    public IReadOnlyList<string> MailOf(string user)
    {
        var box = Path.Combine(_folder, "mail", user, "new");
        return Directory.Exists(box) ? [.. Directory.GetFiles(box).Select(File.ReadAllText)] : [];
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
