using System.Text;
using Garita.Protocols.Ldap;
using Xunit;
using static Garita.Protocols.Tests.Ldap.LdapBytes;

namespace Garita.Protocols.Tests.Ldap;

public sealed class LdapRequestTests
{
    [Fact]
    public void Bind_is_simple_and_never_unauthenticated()
    {
        Assert.Equal(LdapMessage(1, Tlv(0x60, Number(3), Text("cn=g"), Tlv(0x80, "pw"u8.ToArray()))), LdapRequest.Bind(1, "cn=g", "pw"u8));
        Assert.Equal(LdapMessage(1, Tlv(0x60, Number(3), Text(""), Tlv(0x80))), LdapRequest.Bind(1, "", default));
        Assert.Throws<ArgumentException>(() => LdapRequest.Bind(1, "cn=g", default));
    }

    [Fact]
    public void Start_tls_unbind_and_abandon()
    {
        Assert.Equal(LdapMessage(1, Tlv(0x77, Tlv(0x80, "1.3.6.1.4.1.1466.20037"u8.ToArray()))), LdapRequest.StartTls(1));
        Assert.Equal(LdapMessage(9, Tlv(0x42)), LdapRequest.Unbind(9));
        Assert.Equal(LdapMessage(9, Tlv(0x50, [7])), LdapRequest.Abandon(9, 7));
    }

    [Fact]
    public void A_search_has_its_page_and_its_filter()
    {
        var search = new LdapSearch { Base = "dc=example,dc=com", Attributes = ["mail"], SizeLimit = 2, TimeLimit = 5, PageSize = 100 };
        Assert.Equal(
            LdapMessage(
                4,
                Tlv(0x63, Text("dc=example,dc=com"), Number(2, 0x0A), Number(0, 0x0A), Number(2), Number(5), Tlv(0x01, [0]), Tlv(0xA3, Text("mail"), Text("a@b")), Tlv(0x30, Text("mail"))),
                Tlv(0xA0, Tlv(0x30, Text("1.2.840.113556.1.4.319"), Tlv(0x01, [0xFF]), Tlv(0x04, Tlv(0x30, Number(100), Text("next")))))),
            LdapRequest.Search(4, search, LdapFilter.Parse("(mail=%s)"), "next"u8, [Encoding.UTF8.GetBytes("a@b")]));
        Assert.Equal(
            LdapMessage(4, Tlv(0x63, Text(""), Number(2, 0x0A), Number(0, 0x0A), Number(0), Number(0), Tlv(0x01, [0]), Tlv(0x87, "mail"u8.ToArray()), Tlv(0x30, Text("1.1")))),
            LdapRequest.Search(4, new LdapSearch { Base = "", Attributes = [] }, LdapFilter.Parse("(mail=*)"), default, []));
    }
}
