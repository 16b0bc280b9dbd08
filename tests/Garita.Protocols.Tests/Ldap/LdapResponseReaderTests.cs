using System.Text;
using CsCheck;
using Garita.Fuzz;
using Garita.Protocols.Ldap;
using Xunit;
using static Garita.Protocols.Tests.Ldap.LdapBytes;

namespace Garita.Protocols.Tests.Ldap;

public sealed class LdapResponseReaderTests
{
    private static readonly byte[] Entry1 = LdapMessage(2, Entry("cn=a", ("mail", ["a@example.com", "b@example.com"]), ("proxyAddresses;range=0-1499", ["SMTP:c@example.com"]), ("empty", [])));

    [Fact]
    public void An_entry_is_read_the_same_however_it_is_cut()
    {
        byte[] stream = [.. Entry1, .. LdapMessage(2, Result(0x65, 0), Paging("more"))];
        for (var length = 0; length < Entry1.Length; length++)
            Assert.Equal(LdapStatus.Incomplete, LdapResponseReader.Read(stream.AsSpan(0, length), out _, out _));
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(stream, out var entry, out var consumed));
        Assert.Equal(Entry1.Length, consumed);
        Assert.Equal(Entry1.Length, LdapResponseReader.Needed(stream.AsSpan(0, 4)));
        Assert.Equal((2, LdapOperation.SearchEntry), (entry!.MessageId, entry.Operation));
        Assert.Equal(["mail=a@example.com,b@example.com", "proxyAddresses;range=0-1499=SMTP:c@example.com", "empty="], entry.Attributes.Select(Describe), StringComparer.Ordinal);
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(stream.AsSpan(consumed), out var done, out _));
        Assert.Equal("more", Encoding.UTF8.GetString(done!.Cookie!.Value.Span));
    }

    [Theory]
    [InlineData(0x61, LdapOperation.BindResponse)]
    [InlineData(0x65, LdapOperation.SearchDone)]
    [InlineData(0x78, LdapOperation.ExtendedResponse)]
    public void Results_have_code_and_safe_text(int tag, LdapOperation operation)
    {
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(LdapMessage(1, Result(tag, 49, "no\u001b[2J \u00e4" + new string('x', 300))), out var response, out _));
        Assert.Equal((operation, LdapResultCode.InvalidCredentials), (response!.Operation, response.Code));
        Assert.StartsWith("no?[2J ??xx", response.SafeText, StringComparison.Ordinal);
        Assert.Equal(200, response.SafeText.Length);
        Assert.Null(response.Cookie);
    }

    [Fact]
    public void Referrals_and_references_are_seen_and_not_followed()
    {
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(LdapMessage(1, Result(0x65, 10, "", Tlv(0xA3, Text("ldap://evil.example/")))), out var result, out _));
        Assert.True(result!.HasReferral);
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(LdapMessage(1, Tlv(0x73, Text("ldap://evil.example/"))), out var reference, out _));
        Assert.Equal(LdapOperation.SearchReference, reference!.Operation);
    }

    [Fact]
    public void Active_Directory_writes_lengths_in_four_octets()
    {
        byte[] message = [0x30, 0x84, 0, 0, 0, 16, 0x02, 1, 5, 0x65, 0x84, 0, 0, 0, 7, 0x0A, 1, 0, 0x04, 0, 0x04, 0];
        Assert.Equal(LdapStatus.Message, LdapResponseReader.Read(message, out var response, out _));
        Assert.Equal(5, response!.MessageId);
    }

    public static TheoryData<string, LdapStatus, byte[]> Hostile => new()
    {
        { "no sequence", LdapStatus.Malformed, "HTTP/1.1 400"u8.ToArray() },
        { "indefinite length", LdapStatus.Malformed, [0x30, 0x80, 0x02, 1, 1, 0, 0] },
        { "length of five octets", LdapStatus.Malformed, [0x30, 0x85, 0, 0, 0, 0, 1] },
        { "10 MB announced", LdapStatus.TooLarge, [0x30, 0x84, 0, 0xA0, 0, 0] },
        { "4 GB announced", LdapStatus.TooLarge, [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "empty message", LdapStatus.Malformed, [0x30, 0] },
        { "negative id", LdapStatus.Malformed, Tlv(0x30, [0x02, 1, 0xFF], Result(0x65, 0)) },
        { "id of six octets", LdapStatus.Malformed, Tlv(0x30, [0x02, 6, 0, 0, 0, 0, 0, 1], Result(0x65, 0)) },
        { "id without content", LdapStatus.Malformed, Tlv(0x30, [0x02, 0], Result(0x65, 0)) },
        { "inner length beyond the message", LdapStatus.Malformed, Tlv(0x30, Number(1), [0x65, 0x50, 0x0A, 1, 0]) },
        { "a request", LdapStatus.Malformed, LdapMessage(1, Tlv(0x63, Text("dc=x"))) },
        { "tag of two octets", LdapStatus.Malformed, LdapMessage(1, [0x7F, 0x81, 0x01, 0]) },
        { "result without texts", LdapStatus.Malformed, LdapMessage(1, Tlv(0x65, Number(0, 0x0A))) },
        { "trailing rubbish", LdapStatus.Malformed, LdapMessage(1, Result(0x65, 0), [0x04, 0x7F]) },
        { "primitive entry", LdapStatus.Malformed, LdapMessage(1, Tlv(0x44, Text("x"))) },
        { "attribute without name", LdapStatus.Malformed, LdapMessage(1, Entry("x", ("", ["v"]))) },
        { "attribute with a line end", LdapStatus.Malformed, LdapMessage(1, Entry("x", ("mail\r\n", ["v"]))) },
        { "value too long", LdapStatus.TooLarge, LdapMessage(1, Entry("x", ("mail", [new string('v', LdapResponseReader.MaxValue + 1)]))) },
        { "too many values", LdapStatus.TooLarge, LdapMessage(1, Entry("x", ("mail", [.. Enumerable.Repeat("", LdapResponseReader.MaxValues + 1)]))) },
        { "too many attributes", LdapStatus.TooLarge, LdapMessage(1, Entry("x", [.. Enumerable.Repeat(("mail", Array.Empty<string>()), LdapResponseReader.MaxAttributes + 1)])) },
        { "too many controls", LdapStatus.TooLarge, LdapMessage(1, Result(0x65, 0), Tlv(0xA0, [.. Enumerable.Repeat(Tlv(0x30, Text("1.2")), LdapResponseReader.MaxControls + 1)])) },
        { "broken cookie", LdapStatus.Malformed, LdapMessage(1, Result(0x65, 0), Tlv(0xA0, Tlv(0x30, Text("1.2.840.113556.1.4.319"), Tlv(0x04, [0x30, 0x20])))) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_octets_are_refused(string what, LdapStatus expected, byte[] octets)
    {
        Assert.True(LdapResponseReader.Read(octets, out var response, out var consumed) == expected, what);
        Assert.Null(response);
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void Any_octets_keep_the_oracles() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, Entry1.Length - 1], Gen.Byte).Sample((octets, at, octet) =>
        {
            var target = new LdapTarget();
            target.Run(octets);
            byte[] changed = [3, .. Entry1];
            changed[at + 1] = octet;
            target.Run(changed);
        }, iter: 20_000);

    private static string Describe(LdapAttribute attribute) => $"{attribute.Name}{attribute.Options}={string.Join(',', attribute.Values.Select(static value => Encoding.UTF8.GetString(value.Span)))}";
}
