using System.Text;
using System.Xml.Linq;
using Garita.Protocols.Address;
using Garita.Testing;
using Xunit;

namespace Garita.Protocols.Tests.Address;

/// <summary>
/// The isemail vectors as forward-paths. By their category: ERR refused; VALID_CATEGORY, RFC5321 and DNSWARN accepted. The other categories
/// (comments, folding, obsolete forms, lengths: RFC 5322 alone) and with them 71, which RFC 5321 §4.1.3 does not allow, are no envelope path
/// and are refused too. A stripped trailing dot counts as refused: the grammar has none.
/// </summary>
public sealed class IsEmailTests
{
    [Fact]
    public void Vectors_are_judged_by_category()
    {
        var tests = XDocument.Load(Conformance.PathOf("address/isemail-tests.xml")).Root!.Elements("test").ToList();
        var wrong = new List<string>();
        var accepted = 0;
        foreach (var test in tests)
        {
            var category = test.Element("category")!.Value;
            var expected = category is "ISEMAIL_VALID_CATEGORY" or "ISEMAIL_RFC5321" or "ISEMAIL_DNSWARN";
            var address = Decode(test.Element("address")!.Value);
            foreach (var smtpUtf8 in (bool[])[false, true])
            {
                var actual = IsPath(address, smtpUtf8);
                if (actual != expected)
                    wrong.Add($"{test.Attribute("id")!.Value} {category} {address} SMTPUTF8={smtpUtf8}");
            }

            accepted += expected ? 1 : 0;
        }

        Console.WriteLine($"isemail: {tests.Count} cases, {accepted} accepted, {tests.Count - accepted} refused");
        Assert.Empty(wrong);
        Assert.Equal(164, tests.Count);
    }

    /// <summary>The vectors write control characters as U+2400 and following.</summary>
    private static string Decode(string address) =>
        string.Concat(address.Select(character => character is >= '\u2400' and <= '\u241F' ? (char)(character - 0x2400) : character));

    private static bool IsPath(string address, bool smtpUtf8)
    {
        var octets = Encoding.UTF8.GetBytes($"<{address}>");
        return PathParser.ParseForwardPath(octets, smtpUtf8, out var path, out var consumed) == PathError.None
            && consumed == octets.Length && !path.HasTrailingDot;
    }
}
