using System.Diagnostics;
using System.Globalization;

namespace Garita.EndToEnd;

/// <summary>
/// Debian's Postfix as the mail server behind, with settings and folders of its own on loopback: takes everything for example.com into one
/// Maildir. Stopped by its own master's process id.
/// </summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    private PostfixServer(string folder, int port)
    {
        Folder = folder;
        Port = port;
    }

    public string Folder { get; }

    public int Port { get; }

    public string Maildir => Path.Combine(Folder, "mail", "new");

    public static bool IsInstalled => File.Exists("/usr/sbin/postfix") && Environment.UserName is "root";

    /// <param name="folder">Its folder, which is deleted with it.</param>
    /// <param name="settings">More lines for main.cf; they win over those here.</param>
    public static Task<PostfixServer> StartAsync(string folder, params string[] settings) => StartAsync(folder, null, settings);

    /// <summary>Starts it in a network namespace, on port 25 of all addresses there.</summary>
    /// <param name="folder">Its folder, which is deleted with it.</param>
    /// <param name="netns">The namespace; null: this one, a free port of loopback.</param>
    /// <param name="settings">More lines for main.cf; they win over those here.</param>
    public static async Task<PostfixServer> StartAsync(string folder, string? netns, string[] settings)
    {
        var server = new PostfixServer(folder, netns is null ? RunningGateway.FreePort() : 25);
        foreach (var part in new[] { "conf", "spool", "data", "mail" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        await File.WriteAllTextAsync(Path.Combine(folder, "conf", "main.cf"), $"""
            compatibility_level = 3.6
            queue_directory = {folder}/spool
            data_directory = {folder}/data
            daemon_directory = /usr/lib/postfix/sbin
            myhostname = mail.example.com
            mydestination =
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            virtual_mailbox_domains = example.com
            virtual_mailbox_base = {folder}
            virtual_transport = virtual
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            virtual_minimum_uid = 100
            virtual_mailbox_limit = 0
            message_size_limit = 104857600
            smtpd_recipient_limit = 2000
            smtpd_client_connection_count_limit = 0
            smtpd_peername_lookup = no
            smtputf8_enable = yes
            alias_maps =
            alias_database =
            maillog_file = {folder}/mail.log
            maillog_file_prefixes = {folder}
            default_process_limit = 50

            """);
        // All recipients into one Maildir: the lookup gives the same folder for each.
        await File.WriteAllTextAsync(Path.Combine(folder, "conf", "boxes"), "/./ mail/\n");
        await File.AppendAllTextAsync(Path.Combine(folder, "conf", "main.cf"), $"virtual_mailbox_maps = regexp:{folder}/conf/boxes\n");
        await File.AppendAllLinesAsync(Path.Combine(folder, "conf", "main.cf"), settings);
        await File.WriteAllTextAsync(Path.Combine(folder, "conf", "master.cf"), string.Create(CultureInfo.InvariantCulture, $"""
            {(netns is null ? "127.0.0.1:" : "")}{server.Port} inet n - n - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            virtual unix - n n - - virtual
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd

            """));
        await RunAsync("chown", "postfix", Path.Combine(folder, "data"));
        await RunAsync("chown", "-R", "65534:65534", Path.Combine(folder, "mail"));
        await RunAsync("chmod", "755", folder, Path.Combine(folder, "mail"));
        if (netns is null)
            await RunAsync("postfix", "-c", Path.Combine(folder, "conf"), "start");
        else
            await RunAsync("ip", "netns", "exec", netns, "postfix", "-c", Path.Combine(folder, "conf"), "start");
        return server;
    }

    /// <summary>Waits until so many messages are in the Maildir.</summary>
    public async Task<IReadOnlyList<byte[]>> WaitForAsync(int count, TimeSpan limit)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            var files = Directory.Exists(Maildir) ? Directory.GetFiles(Maildir) : [];
            if (files.Length >= count || TimeProvider.System.GetTimestamp() > until)
                return [.. files.Select(File.ReadAllBytes)];
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Waits until nothing is on its way to the Maildir any more.</summary>
    public async Task WaitUntilDeliveredAsync(TimeSpan limit)
    {
        var since = TimeProvider.System.GetTimestamp();
        string[] queues = ["maildrop", "incoming", "active", "deferred"];
        while (queues.Any(queue => Directory.EnumerateFiles(Path.Combine(Folder, "spool", queue), "*", SearchOption.AllDirectories).Any()))
        {
            if (TimeProvider.System.GetElapsedTime(since) > limit)
                throw new TimeoutException("Postfix still has mail in its queue");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RunAsync("postfix", "-c", Path.Combine(Folder, "conf"), "stop");
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        // Postfix's daemons inherit the pipes: they are not read to their end.
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
