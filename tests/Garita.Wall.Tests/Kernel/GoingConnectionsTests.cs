using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garita.Wall.Kernel;
using Xunit;

namespace Garita.Wall.Tests.Kernel;

public sealed class GoingConnectionsTests : IDisposable
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-going-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Those_to_our_ports_are_found_in_both_families_and_others_are_not()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "tcp"), Head
            + "   0: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1\n"
            + "   1: 01004D0A:0019 02004D0A:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1\n"
            + "   2: 01004D0A:0019 02004D0A:C351 06 00000000:00000000 00:00000000 00000000     0        0 3 1\n"
            + "   3: 01004D0A:0016 02004D0A:C352 01 00000000:00000000 00:00000000 00000000     0        0 4 1\n"
            + "   4: 0100007F:0019 0100007F:C353 01 00000000:00000000 00:00000000 00000000     0        0 5 1\n"
            + "   5: broken\n   6: 01004D0A:XXXX 02004D0A:C351 01 0\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "tcp6"), Head
            + "   0: 0000000000000000FFFF000001004D0A:0019 0000000000000000FFFF000003004D0A:C354 08 00000000:00000000 00:00000000 00000000     0        0 6 1\n"
            + "   1: 000077FD000000000000000001000000:0019 000077FD000000000000000002000000:C355 01 00000000:00000000 00:00000000 00000000     0        0 7 1\n");
        Assert.Equal("""
            add element inet garita going4 { 10.77.0.2 . 50000 . 10.77.0.1 . 25, 10.77.0.3 . 50004 . 10.77.0.1 . 25 }
            add element inet garita going6 { fd77::2 . 50005 . fd77::1 . 25 }

            """, GoingConnections.Text(GoingConnections.Read(_folder, new HashSet<int> { 25 })));
        Assert.Equal("", GoingConnections.Text(GoingConnections.Read(Path.Combine(_folder, "none"), new HashSet<int> { 25 })));
    }

    [Fact]
    public void No_more_than_a_set_holds()
    {
        var ours = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 25);
        var text = GoingConnections.Text([.. Enumerable.Range(0, GoingConnections.Most + 10).Select(i => (ours, new IPEndPoint(new IPAddress((long)i), 1024)))]);
        Assert.Equal(GoingConnections.Most, text.Split(", ").Length);
    }

    [Fact]
    public async Task The_kernel_s_own_listing_is_understood()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $":{port:X4} "), await File.ReadAllTextAsync(OwnAddresses.Folder + "/tcp", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        // Loopback is let in anyway.
        Assert.Empty(GoingConnections.Read(OwnAddresses.Folder, new HashSet<int> { port }));
    }
}
