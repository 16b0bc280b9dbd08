using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Garita.SenderAuth.Dmarc;

/// <summary>Writes a report as XML by the schema of RFC 9990, appendix A, compressed by gzip (§3.5.2). Texts from outside are made printable first.</summary>
public static class AggregateReportXml
{
    /// <summary>The namespace of the schema.</summary>
    public const string Namespace = "urn:ietf:params:xml:ns:dmarc-2.0";

    private const int MostText = 320;

    /// <summary>The name that the attached file must have (RFC 9990 §3.5.2).</summary>
    /// <param name="receiver">Our own name.</param>
    /// <param name="report">The report.</param>
    public static string FileName(string receiver, AggregateReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{receiver}!{report.PolicyDomain}!{report.Begin.ToUnixTimeSeconds()}!{report.End.ToUnixTimeSeconds()}.xml.gz");

    /// <summary>The octets of the compressed file.</summary>
    /// <param name="report">The report.</param>
    public static byte[] Write(AggregateReport report)
    {
        using var octets = new MemoryStream();
        using (var packed = new GZipStream(octets, CompressionLevel.Optimal, leaveOpen: true))
        using (var xml = XmlWriter.Create(packed, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
            Write(xml, report);
        return octets.ToArray();
    }

    private static void Write(XmlWriter xml, AggregateReport report)
    {
        xml.WriteStartElement("feedback", Namespace);
        Text(xml, "version", "1.0");
        xml.WriteStartElement("report_metadata");
        Text(xml, "org_name", report.Organization);
        Text(xml, "email", report.Email);
        Text(xml, "report_id", report.ReportId);
        xml.WriteStartElement("date_range");
        Text(xml, "begin", Number(report.Begin.ToUnixTimeSeconds()));
        Text(xml, "end", Number(report.End.ToUnixTimeSeconds()));
        xml.WriteEndElement();
        Text(xml, "generator", "Garita");
        xml.WriteEndElement();
        Policy(xml, report);
        foreach (var (row, count) in report.Rows)
            Record(xml, row, count);
        xml.WriteEndElement();
    }

    private static void Policy(XmlWriter xml, AggregateReport report)
    {
        var policy = report.Policy;
        xml.WriteStartElement("policy_published");
        Text(xml, "domain", report.PolicyDomain);
        Text(xml, "discovery_method", "treewalk");
        Text(xml, "p", policy.P);
        Text(xml, "sp", policy.Sp ?? policy.P);
        Text(xml, "np", policy.Np ?? policy.Sp ?? policy.P);
        Text(xml, "fo", policy.FailureOptions);
        Text(xml, "adkim", policy.StrictDkim ? "s" : "r");
        Text(xml, "aspf", policy.StrictSpf ? "s" : "r");
        Text(xml, "testing", policy.IsTesting ? "y" : "n");
        xml.WriteEndElement();
    }

    private static void Record(XmlWriter xml, ReportedRow row, long count)
    {
        xml.WriteStartElement("record");
        xml.WriteStartElement("row");
        Text(xml, "source_ip", row.SourceIp);
        Text(xml, "count", Number(count));
        xml.WriteStartElement("policy_evaluated");
        Text(xml, "disposition", row.Disposition);
        Text(xml, "dkim", row.DkimAligned ? "pass" : "fail");
        Text(xml, "spf", row.SpfAligned ? "pass" : "fail");
        if (row.Reason is { } reason)
        {
            xml.WriteStartElement("reason");
            Text(xml, "type", reason);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("identifiers");
        Text(xml, "header_from", row.HeaderFrom);
        Text(xml, "envelope_from", row.EnvelopeFrom);
        xml.WriteEndElement();
        xml.WriteStartElement("auth_results");
        foreach (var signature in row.Dkim)
        {
            xml.WriteStartElement("dkim");
            Text(xml, "domain", signature.Domain);
            Text(xml, "selector", signature.Selector);
            Text(xml, "result", signature.Result);
            xml.WriteEndElement();
        }

        if (row.SpfDomain is { } domain)
        {
            xml.WriteStartElement("spf");
            Text(xml, "domain", domain);
            Text(xml, "scope", "mfrom");
            Text(xml, "result", row.SpfResult);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Text(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Spf.PrintableText.Make(text, MostText));
}
