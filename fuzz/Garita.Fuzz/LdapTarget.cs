using System.Text;
using Garita.Protocols.Ldap;

namespace Garita.Fuzz;

/// <summary>
/// Messages of a hostile directory server. The first octet says into which pieces they are cut. Oracles: the pieces give the same messages as the whole,
/// and end alike; bounds and safe text hold; the length that is announced is the length that is taken; allocation is bounded by the input.
/// The same octets, read as text, are put to the filter parser: what it takes can be written, and an address never changes its shape.
/// </summary>
public sealed class LdapTarget : IFuzzTarget
{
    // What a message of n octets may cost: its values in arrays and lists of their own.
    private const long MaxAllocation = 64 * 1024;
    private const long MaxPerOctet = 64;

    /// <inheritdoc/>
    public string Name => "ldap";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        Convert.FromHexString("01" + "300C02010161070A010004000400"),
        Convert.FromHexString("02" + "302102010264 1C0404636E3D613014 3012 04046D61696C 310A 0408 614062 2E636F6D61".Replace(" ", "", StringComparison.Ordinal)),
        Convert.FromHexString("03" + "300C02010265070A010404000400" + "300C02010065070A010404000400"),
        Convert.FromHexString("01" + "302F02010265070A010004000400A021301F0416312E322E3834302E3131333535362E312E342E33313904053003020100 0400".Replace(" ", "", StringComparison.Ordinal)),
        Convert.FromHexString("05" + "3084000000100201057884000000070A010004000400"),
        Convert.FromHexString("01" + "3013020103730E040C6C6461703A2F2F782F64633D"),
        Encoding.ASCII.GetBytes("1(&(objectClass=person)(|(mail=%s)(cn=a*b*))(!(x:dn:1.2:=\\2a)))"),
    ];

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var stream = input[1..];
        var whole = Read(stream, stream.Length);
        var pieces = Read(stream, 1 + (input[0] % 16));
        OracleException.ThrowUnless(whole.Status == pieces.Status && whole.Consumed == pieces.Consumed, "two cuttings end differently");
        OracleException.ThrowUnless(whole.Messages.SequenceEqual(pieces.Messages, StringComparer.Ordinal), "two cuttings give different messages");
        AllocationBound.Check(static octets => LdapResponseReader.Read(octets, out _, out _), stream, MaxAllocation + (MaxPerOctet * stream.Length));
        CheckFilter(Encoding.UTF8.GetString(stream));
    }

    private static void CheckFilter(string text)
    {
        if (!LdapFilter.TryParse(text, out var filter, out var wrong))
        {
            OracleException.ThrowUnless(wrong is { Length: > 0 }, "a refusal without a reason");
            return;
        }

        var search = new LdapSearch { Base = "", Attributes = [] };
        var plain = LdapRequest.Search(1, search, filter!, default, ["aaaa@bbbb"u8.ToArray()]);
        var hostile = LdapRequest.Search(1, search, filter!, default, ["*)(|@=\\2a"u8.ToArray()]);
        OracleException.ThrowUnless(filter!.NeedsAddress ? plain.Length == hostile.Length : plain.AsSpan().SequenceEqual(hostile), "an address changed a filter");
    }

    private static (LdapStatus Status, List<string> Messages, int Consumed) Read(ReadOnlySpan<byte> stream, int step)
    {
        var messages = new List<string>();
        int start = 0, end = 0;
        while (true)
        {
            var needed = LdapResponseReader.Needed(stream[start..end]);
            var status = LdapResponseReader.Read(stream[start..end], out var response, out var consumed);
            OracleException.ThrowUnless((status == LdapStatus.Message) == (response is not null) && (status == LdapStatus.Message || consumed == 0), "a status that does not fit");
            start += consumed;
            if (status == LdapStatus.Message)
            {
                OracleException.ThrowUnless(consumed == needed && consumed <= LdapResponseReader.MaxMessage + 6, "another length than announced");
                messages.Add(Describe(response!));
            }
            else if (status != LdapStatus.Incomplete || end == stream.Length)
            {
                return (status, messages, start);
            }
            else
            {
                end = Math.Min(end + Math.Max(step, 1), stream.Length);
            }
        }
    }

    private static string Describe(LdapResponse response)
    {
        OracleException.ThrowUnless(response.MessageId >= 0, "a negative id");
        OracleException.ThrowUnless(response.SafeText.Length <= 200 && !response.SafeText.AsSpan().ContainsAnyExceptInRange(' ', '~'), "a safe text that is not");
        OracleException.ThrowUnless(response.Attributes.Count <= LdapResponseReader.MaxAttributes && response.Attributes.Sum(static a => a.Values.Count) <= LdapResponseReader.MaxValues, "more than the bounds allow");
        var text = new StringBuilder();
        text.Append(response.MessageId).Append(' ').Append(response.Operation).Append(' ').Append(response.Code).Append(' ').Append(response.SafeText).Append(' ').Append(response.HasReferral);
        if (response.Cookie is { } cookie)
            text.Append(' ').Append(Convert.ToHexString(cookie.Span));
        foreach (var attribute in response.Attributes)
        {
            OracleException.ThrowUnless(attribute.Values.All(static value => value.Length <= LdapResponseReader.MaxValue), "a value beyond its bound");
            text.Append(' ').Append(attribute.Name).Append(attribute.Options).AppendJoin(',', attribute.Values.Select(static value => Convert.ToHexString(value.Span)));
        }

        return text.ToString();
    }
}
