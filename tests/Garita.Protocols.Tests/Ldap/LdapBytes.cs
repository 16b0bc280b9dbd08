using System.Text;

namespace Garita.Protocols.Tests.Ldap;

/// <summary>BER put together by hand, so that the tests do not lean on the writer they test.</summary>
internal static class LdapBytes
{
    internal static byte[] Tlv(int tag, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(static part => part)];
        return content.Length switch
        {
            < 0x80 => [(byte)tag, (byte)content.Length, .. content],
            < 0x10000 => [(byte)tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content],
            _ => [(byte)tag, 0x84, (byte)(content.Length >> 24), (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content],
        };
    }

    internal static byte[] Text(string text) => Tlv(0x04, Encoding.UTF8.GetBytes(text));

    internal static byte[] Number(int number, int tag = 0x02) => Tlv(tag, [(byte)number]);

    internal static byte[] LdapMessage(int id, params byte[][] parts) => Tlv(0x30, [Number(id), .. parts]);

    internal static byte[] Result(int tag, int code, string text = "", params byte[][] more) => Tlv(tag, [Number(code, 0x0A), Text(""), Text(text), .. more]);

    internal static byte[] Entry(string name, params (string Attribute, string[] Values)[] attributes) => Tlv(
        0x64,
        Text(name),
        Tlv(0x30, [.. attributes.Select(static pair => Tlv(0x30, Text(pair.Attribute), Tlv(0x31, [.. pair.Values.Select(Text)])))]));

    internal static byte[] Paging(string cookie) => Tlv(0xA0, Tlv(0x30, Text("1.2.840.113556.1.4.319"), Tlv(0x04, Tlv(0x30, Number(0), Text(cookie)))));
}
