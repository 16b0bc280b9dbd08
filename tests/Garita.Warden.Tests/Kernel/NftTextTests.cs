using System.Net;
using System.Text;
using Garita.Warden.Bans;
using Garita.Warden.Kernel;
using Xunit;

namespace Garita.Warden.Tests.Kernel;

/// <summary>What nft is told, and how it is understood.</summary>
public sealed class NftTextTests
{
    private const string Listing = """
        table inet fail2ban { # handle 3
        	set ban32 { # handle 99
        	}
        }
        table inet garita { # handle 7
        	counter c_synproxy { # handle 5
        		packets 0 bytes 0
        	}

        	set mail_ports { # handle 6
        		type inet_service
        	}

        	set ban32 { # handle 11
        		type ipv4_addr
        		size 262144
        	}

        	set ban24 { # handle 12
        	}

        	set ban64 { # handle 13
        	}

        	set ban48 { # handle 14
        	}

        	chain flood_raw { # handle 1
        		tcp dport @mail_ports tcp flags syn / fin,syn,rst,ack notrack # handle 14
        	}

        	chain flood_in { # handle 2
        		tcp dport @mail_ports ct state invalid,untracked counter name "c_synproxy" synproxy mss 1460 wscale 7 timestamp sack-perm # handle 15
        	}
        }
        """;

    [Fact]
    public void A_change_adds_deletes_and_adds_with_the_time_that_is_left()
    {
        var text = new StringBuilder();
        NftText.Change(text, [Of("192.0.2.1/32", 2500), Of("192.0.2.2/32", 0), Of("2001:db8::/48", 61_000)], now: 1000, frequency: 1000);
        Assert.Equal("""
            add element inet garita ban32 { 192.0.2.1, 192.0.2.2 }
            add element inet garita ban48 { 2001:db8:: }
            delete element inet garita ban32 { 192.0.2.1, 192.0.2.2 }
            delete element inet garita ban48 { 2001:db8:: }
            add element inet garita ban32 { 192.0.2.1 timeout 2s }
            add element inet garita ban48 { 2001:db8:: timeout 60s }

            """, text.ToString());
    }

    [Fact]
    public void A_load_flushes_in_the_transaction_that_adds_and_goes_in_chunks()
    {
        var nft = new FakeNft();
        Assert.Null(new NftKernel(nft, 1000).Load(Elements.Of(Prefix.Of(IPNetwork.Parse("198.18.0.0/16"))).SelectMany(one => one.Split(32).Take(50)).Select(static one => new ElementChange(one, 5000)), now: 0));
        Assert.Equal(3, nft.Runs.Count);
        Assert.StartsWith("flush set inet garita ban32\nflush set inet garita ban24\nflush set inet garita ban64\nflush set inet garita ban48\nadd element inet garita ban32 { 198.18.0.0 timeout 5s, ", nft.Runs[0], StringComparison.Ordinal);
        Assert.DoesNotContain("flush", nft.Runs[1] + nft.Runs[2], StringComparison.Ordinal);
        Assert.Equal(256 * 50, nft.Runs.Sum(static run => run.Split("timeout").Length - 1));
    }

    [Fact]
    public void An_empty_load_only_flushes_and_a_refusal_stops()
    {
        var nft = new FakeNft();
        Assert.Null(new NftKernel(nft, 1000).Load([], now: 0));
        Assert.Equal(NftText.FlushSets, Assert.Single(nft.Runs));
        nft.Refuses = "Error: set is full";
        Assert.Equal("Error: set is full", new NftKernel(nft, 1000).Change([Of("192.0.2.1/32", 5000)], now: 0));
    }

    [Fact]
    public void Of_two_changes_of_an_element_the_last_one_counts()
    {
        var nft = new FakeNft();
        Assert.Null(new NftKernel(nft, 1000).Change([Of("192.0.2.1/32", 5000), Of("192.0.2.1/32", 0)], now: 0));
        Assert.DoesNotContain("timeout", Assert.Single(nft.Runs), StringComparison.Ordinal);
        // One that the kernel had, that went and came within one batch, is not new.
        Assert.Null(new NftKernel(nft, 1000).Change([Of("192.0.2.1/32", 0), Of("192.0.2.1/32", 5000) with { IsNew = true }], now: 0));
        Assert.Contains("delete element inet garita ban32 { 192.0.2.1 }", nft.Runs[1], StringComparison.Ordinal);
        Assert.Null(new NftKernel(nft, 1000).Change([Of("192.0.2.1/32", 5000) with { IsNew = true }], now: 0));
        Assert.Equal("add element inet garita ban32 { 192.0.2.1 timeout 5s }\n", nft.Runs[2]);
    }

    [Fact]
    public void The_table_is_read_and_others_are_not()
    {
        Assert.Equal(new TableState("7:11,12,13,14", true, true, true, null), TableReader.Read(Listing));
        Assert.Equal(new TableState("7:11,12,13,14", false, true, true, null), TableReader.Read(Without("notrack")));
        Assert.False(TableReader.Read(Without("counter c_synproxy")).HasCounter);
        Assert.False(TableReader.Read(Without("set mail_ports")).HasMailPorts);
    }

    [Theory]
    [InlineData("set ban64", "no set ban64")]
    [InlineData("chain flood_in", "no flood chains")]
    [InlineData("table inet garita", "no table garita")]
    public void What_is_missing_is_said(string line, string problem)
    {
        var table = TableReader.Read(Without(line));
        Assert.Null(table.Identity);
        Assert.Contains(problem, table.Problem, StringComparison.Ordinal);
        Assert.Contains("garita wall apply", table.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_flood_rules_use_the_ruleset_s_ports_and_its_counter_where_it_is()
    {
        Assert.Equal("flush chain inet garita flood_raw\nflush chain inet garita flood_in\n", NftText.Flood(on: false, hasCounter: true));
        Assert.Contains("counter name c_synproxy synproxy", NftText.Flood(on: true, hasCounter: true), StringComparison.Ordinal);
        Assert.Contains("counter synproxy", NftText.Flood(on: true, hasCounter: false), StringComparison.Ordinal);
        Assert.StartsWith(NftText.Flood(on: false, hasCounter: true), NftText.Flood(on: true, hasCounter: true), StringComparison.Ordinal);
    }

    private static string Without(string text) => string.Join('\n', Listing.Split('\n').Where(line => !line.Contains(text, StringComparison.Ordinal)));

    private static ElementChange Of(string network, long deadline) => new(Prefix.Of(IPNetwork.Parse(network)), deadline);

    private sealed class FakeNft : INft
    {
        public bool IsLibrary => true;

        public List<string> Runs { get; } = [];

        public string? Refuses { get; set; }

        public string? Run(string commands, out string output)
        {
            output = "";
            Runs.Add(commands);
            return Refuses;
        }
    }
}
