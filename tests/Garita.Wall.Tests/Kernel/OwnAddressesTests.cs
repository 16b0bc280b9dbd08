using System.Net;
using Garita.Wall.Kernel;
using Xunit;

namespace Garita.Wall.Tests.Kernel;

public sealed class OwnAddressesTests
{
    [Fact]
    public void Finds_local_addresses_in_the_table_of_routes_and_no_networks()
    {
        const string Trie = """
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 0.0.0.0
                    /0 universe UNICAST
                 +-- 127.0.0.0/8 2 0 2
                       |-- 127.0.0.0
                          /8 host LOCAL
                       |-- 127.0.0.1
                          /32 host LOCAL
                       |-- 192.0.2.0
                          /24 link UNICAST
                       |-- 192.0.2.2
                          /32 link BROADCAST
                          /32 host LOCAL
                    |-- 192.0.2.255
                       /32 link BROADCAST
            """;
        Assert.Equal([IPAddress.Loopback, IPAddress.Parse("192.0.2.2")], OwnAddresses.Version4(Trie.Split('\n')));
    }

    [Fact]
    public void Reads_what_the_kernel_writes_of_IPv6_and_leaves_out_what_is_cut() =>
        Assert.Equal(
            [IPAddress.IPv6Loopback, IPAddress.Parse("fe80::fc00:ff:fe00:1")],
            OwnAddresses.Version6(["00000000000000000000000000000001 01 80 10 80       lo", "fe80000000000000fc0000fffe000001 04 40 20 80     eth0", "fe80", "zz800000000000000000000000000000 04"]));

    [Fact]
    public void This_machine_has_loopback_at_least() => Assert.Contains(IPAddress.Loopback, OwnAddresses.Read());
}
