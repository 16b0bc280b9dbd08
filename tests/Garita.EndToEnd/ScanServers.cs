using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>
/// Debian's scanners on loopback, each with settings, signatures and folder of its own: no download, no system service.
/// Started in the foreground and stopped by its own process id.
/// </summary>
internal sealed class ScanServers : IAsyncDisposable
{
    public const string Eicar = """X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*""";
    public const string Gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    private readonly Process _process;

    private ScanServers(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static bool IsInstalled => new[] { "/usr/sbin/clamd", "/usr/bin/rspamd", "/usr/sbin/spamd", "/usr/bin/c-icap" }.All(File.Exists);

    /// <summary>clamd that knows one signature; also on the unix socket <c>clamd.ctl</c> in the folder.</summary>
    public static Task<ScanServers> ClamAvAsync(string folder) => StartAsync(
        folder,
        port => (
            "clamd.conf",
            string.Create(CultureInfo.InvariantCulture, $"Foreground yes\nDatabaseDirectory {folder}\nLocalSocket {folder}/clamd.ctl\nTCPSocket {port}\nTCPAddr 127.0.0.1\nStreamMaxLength 1M\n")),
        ("/usr/sbin/clamd", ["-c", "clamd.conf"]),
        ("test.ndb", $"Eicar-Test:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Eicar))}\n"));

    /// <summary>Rspamd with nothing but its built-in test pattern.</summary>
    public static Task<ScanServers> RspamdAsync(string folder) => StartAsync(
        folder,
        port => ("rspamd.conf", $$"""
            options { pidfile = "{{folder}}/pid"; tempdir = "{{folder}}"; url_tld = "{{folder}}/tld"; filters = ""; dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; } }
            logging { type = "console"; level = "error"; }
            worker "normal" { bind_socket = "127.0.0.1:{{port.ToString(CultureInfo.InvariantCulture)}}"; count = 1; }
            actions { reject = 15; add_header = 6; greylist = 4; }

            """),
        ("/usr/bin/rspamd", ["-f", "-i", "-u", "root", "-g", "root", "-c", "rspamd.conf"]),
        // The whole list of suffixes would be compiled for half a minute.
        ("tld", "com\norg\ntest\n"));

    /// <summary>spamd with two rules.</summary>
    public static Task<ScanServers> SpamAssassinAsync(string folder) => StartAsync(
        folder,
        _ => ("local.cf", $"""
            use_auto_whitelist 0
            skip_rbl_checks 1
            required_score 5
            body GTUBE /{Gtube.Replace("*", @"\*", StringComparison.Ordinal).Replace(".", @"\.", StringComparison.Ordinal)}/
            score GTUBE 1000
            header FROM_HERE Received =~ /by gw\.example\.com/
            score FROM_HERE 2.5

            """),
        ("/usr/sbin/spamd", ["--local", "--listen", "127.0.0.1", "-x", "-C", folder, "--siteconfigpath", folder, "--min-children=1", "--max-children", "1", "--pidfile", Path.Combine(folder, "pid"), "-s", "stderr", "--port", "PORT"]),
        ("init.pre", "loadplugin Mail::SpamAssassin::Plugin::Check\n"));

    /// <summary>c-icap with its echo service, which finds nothing.</summary>
    public static Task<ScanServers> IcapAsync(string folder) => StartAsync(
        folder,
        port => ("c-icap.conf", string.Create(CultureInfo.InvariantCulture, $"""
            PidFile {folder}/pid
            CommandsSocket {folder}/ctl
            Port 127.0.0.1:{port}
            StartServers 1
            MaxServers 1
            TmpDir {folder}
            ServerLog {folder}/server.log
            AccessLog {folder}/access.log
            LoadMagicFile /etc/c-icap/c-icap.magic
            ModulesDir /usr/lib/x86_64-linux-gnu/c_icap
            ServicesDir /usr/lib/x86_64-linux-gnu/c_icap
            Service echo srv_echo.so

            """)),
        ("/usr/bin/c-icap", ["-N", "-f", Path.Combine(folder, "c-icap.conf")]));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<ScanServers> StartAsync(
        string folder, Func<int, (string Name, string Text)> settings, (string Program, string[] Arguments) command, params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(folder);
        var port = RunningGateway.FreePort();
        foreach (var (name, text) in files.Append(settings(port)))
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        var start = new ProcessStartInfo(command.Program) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument is "PORT" ? port.ToString(CultureInfo.InvariantCulture) : argument);
        var process = Process.Start(start)!;
        var said = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var i = 0; ; i++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", port);
                return new ScanServers(process, port);
            }
            catch (SocketException) when (i < 600 && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
            catch (SocketException e)
            {
                lock (said)
                    throw new InvalidOperationException($"{command.Program} did not start: {said}", e);
            }
        }

        void Keep(string? line)
        {
            lock (said)
                said.AppendLine(line);
        }
    }
}
