using System.Formats.Asn1;
using System.Text;
using CsCheck;
using Garita.Protocols.Ldap;
using Xunit;

namespace Garita.Protocols.Tests.Ldap;

public sealed class LdapFilterTests
{
    // RFC 4515 §4 has these examples, and what they mean in RFC 4511 §4.5.1.7.
    [Theory]
    [InlineData("(cn=Babs Jensen)", "3{cn 'Babs Jensen'}")]
    [InlineData("(!(cn=Tim Howes))", "2{3{cn 'Tim Howes'}}")]
    [InlineData("(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))", "0{3{objectClass 'Person'} 1{3{sn 'Jensen'} 4{cn {0:'Babs J'}}}}")]
    [InlineData("(o=univ*of*mich*)", "4{o {0:'univ' 1:'of' 1:'mich'}}")]
    [InlineData("(cn=*a)", "4{cn {2:'a'}}")]
    [InlineData("(seeAlso=)", "3{seeAlso ''}")]
    [InlineData("(mail=*)", "7:'mail'")]
    [InlineData("(age>=5)", "5{age '5'}")]
    [InlineData("(age<=5)", "6{age '5'}")]
    [InlineData("(cn~=x)", "8{cn 'x'}")]
    [InlineData("(cn:caseExactMatch:=Fred Flintstone)", "9{1:'caseExactMatch' 2:'cn' 3:'Fred Flintstone'}")]
    [InlineData("(cn:=Betty Rubble)", "9{2:'cn' 3:'Betty Rubble'}")]
    [InlineData("(sn:dn:2.4.6.8.10:=Barney Rubble)", "9{1:'2.4.6.8.10' 2:'sn' 3:'Barney Rubble' 4:true}")]
    [InlineData("(o:dn:=Ace Industry)", "9{2:'o' 3:'Ace Industry' 4:true}")]
    [InlineData("(:1.2.3:=Wilma Flintstone)", "9{1:'1.2.3' 3:'Wilma Flintstone'}")]
    [InlineData("(userAccountControl:1.2.840.113556.1.4.803:=2)", "9{1:'1.2.840.113556.1.4.803' 2:'userAccountControl' 3:'2'}")]
    [InlineData(@"(o=Parens R Us \28for all\29)", "3{o 'Parens R Us (for all)'}")]
    [InlineData(@"(cn=*\2A*)", "4{cn {1:'*'}}")]
    [InlineData(" ( & (a=b) (c=d) ) ", "")]
    [InlineData("(& (a=b)\n (c=d) )", "0{3{a 'b'} 3{c 'd'}}")]
    [InlineData("(a=100%%)", "3{a '100%'}")]
    public void Filters_are_read(string text, string expected)
    {
        if (expected.Length == 0)
            Assert.False(LdapFilter.TryParse(text, out _, out _));
        else
            Assert.Equal(expected, Show(LdapFilter.Parse(text)));
    }

    [Theory]
    [InlineData("", "\"(\" at character 1")]
    [InlineData("mail=*", "\"(\" at character 1")]
    [InlineData("(mail=*", "\")\" at character 8")]
    [InlineData("(mail=*))", "the end at character 9")]
    [InlineData("(=x)", "an attribute at character 2")]
    [InlineData("(mail)", "\"=\", \"~=\", \">=\", \"<=\" or \":=\" at character 6")]
    [InlineData("(&)", "\"(\" at character 3")]
    [InlineData(@"(a=\2)", "two hexadecimal digits")]
    [InlineData("(a=b(c)", "\")\" at character 5")]
    [InlineData("(a=%x)", "%s (address)")]
    [InlineData("(a=b**c)", "something between two")]
    [InlineData("(a>b)", "\"=\" at character 4")]
    [InlineData("(:=x)", "an attribute or a matching rule")]
    [InlineData("(a=\0)", "\"\\00\" for NUL")]
    public void Errors_say_where(string text, string expected)
    {
        Assert.False(LdapFilter.TryParse(text, out var filter, out var wrong));
        Assert.Null(filter);
        Assert.Contains(expected, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        Assert.False(LdapFilter.TryParse(string.Concat(Enumerable.Repeat("(!", 5000)), out _, out var deep));
        Assert.Contains("4096", deep, StringComparison.Ordinal);
        Assert.False(LdapFilter.TryParse(string.Concat(Enumerable.Repeat("(!", 20)), out _, out deep));
        Assert.Contains("at most 16", deep, StringComparison.Ordinal);
        Assert.False(LdapFilter.TryParse("(a=" + new string('x', 5000) + ")", out _, out _));
        Assert.False(LdapFilter.TryParse("(a=" + '\ud800' + ")", out _, out var half));
        Assert.Contains("whole characters at character 4", half, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_values_and_nothing_else()
    {
        var filter = LdapFilter.Parse("(|(mail=%s)(proxyAddresses=smtp:%s)(uid=%u)(dc=%d)(x=*%u*))");
        Assert.True(filter.NeedsAddress);
        Assert.Equal(
            "1{3{mail '*)(uid=*@example.com'} 3{proxyAddresses 'smtp:*)(uid=*@example.com'} 3{uid '*)(uid=*'} 3{dc 'example.com'} 4{x {1:'*)(uid=*'}}}",
            Show(filter, "*)(uid=*@example.com"));
        Assert.Throws<ArgumentException>(() => Show(filter));
    }

    [Fact]
    public void Several_addresses_match_when_one_does() =>
        Assert.Equal(
            "1{0{7:'mail' 1{3{mail 'a@x'} 3{proxyAddresses 'smtp:a@x'}}} 0{7:'mail' 1{3{mail 'b@x'} 3{proxyAddresses 'smtp:b@x'}}}}",
            Show(LdapFilter.Parse("(mail=*)").WithAddressIn([("mail", ""), ("proxyAddresses", "smtp:")]), "a@x", "b@x"));

    [Fact]
    public void Any_text_is_read_or_refused_and_any_address_stays_one_value() =>
        Gen.Select(Gen.String[Gen.Char["()&|!=*\\%sud:a2<>~ \0\u00e4"], 0, 40], Gen.String[0, 20]).Sample((text, address) =>
        {
            if (LdapFilter.TryParse(text, out var filter, out _))
                Show(filter!, address);
            var shown = Show(LdapFilter.Parse("(mail=%s)"), address);
            Assert.StartsWith("3{mail '", shown, StringComparison.Ordinal);
        }, iter: 20_000);

    private static string Show(LdapFilter filter, params string[] addresses)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        filter.Write(writer, [.. addresses.Select(Encoding.UTF8.GetBytes)]);
        return Show(new AsnReader(writer.Encode(), AsnEncodingRules.BER));
    }

    private static string Show(AsnReader reader)
    {
        var parts = new List<string>();
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            var name = tag.TagClass == TagClass.ContextSpecific ? tag.TagValue.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
            if (tag.IsConstructed)
                parts.Add($"{name}{{{Show(reader.ReadSequence(tag))}}}");
            else if (name is "4")
                parts.Add(reader.ReadBoolean(tag) ? "4:true" : "4:false");
            else if (name.Length > 0)
                parts.Add($"{name}:'{Encoding.UTF8.GetString(reader.ReadOctetString(tag))}'");
            else
                parts.Add(parts.Count == 0 && reader.HasData ? First(reader) : $"'{Encoding.UTF8.GetString(reader.ReadOctetString())}'");
        }

        return string.Join(' ', parts);
    }

    // The attribute is shown bare.
    private static string First(AsnReader reader) => Encoding.UTF8.GetString(reader.ReadOctetString());
}
