using System.Globalization;
using System.Text;

namespace Garita.Gateway.Reports;

/// <summary>Writes the mail that carries a report (RFC 9990 §3.5.2): ASCII throughout, the report as <c>application/gzip</c>.</summary>
internal static class ReportMessage
{
    /// <summary>The octets of a message.</summary>
    /// <param name="waiting">The report.</param>
    /// <param name="fileName">Its file's name.</param>
    /// <param name="content">Its octets.</param>
    /// <param name="from">Our address.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="hostname">Our name.</param>
    /// <param name="now">The time.</param>
    internal static byte[] Write(WaitingReport waiting, string fileName, byte[] content, string from, string to, string hostname, DateTimeOffset now)
    {
        // A boundary that base64 cannot hold.
        const string Boundary = "=_garita_report_=";
        var text = new StringBuilder(1024 + (content.Length * 3 / 2));
        text.Append(CultureInfo.InvariantCulture, $"Date: {now.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000\r\nFrom: <{from}>\r\nTo: <{to}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Subject: Report Domain: {waiting.PolicyDomain}\r\n Submitter: {hostname}\r\n Report-ID: <{waiting.ReportId}>\r\nMessage-ID: <{waiting.ReportId}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{Boundary}\"\r\n\r\n--{Boundary}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Type: text/plain; charset=us-ascii\r\n\r\nThis is a DMARC aggregate report (RFC 9990) for\r\n{waiting.PolicyDomain}\r\nfrom {hostname}.\r\n--{Boundary}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Content-Type: application/gzip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"{fileName}\"\r\n\r\n");
        text.Append(Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks));
        text.Append(CultureInfo.InvariantCulture, $"\r\n--{Boundary}--\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
