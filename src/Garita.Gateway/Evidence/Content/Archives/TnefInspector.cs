using System.Text;
using MimeKit.Tnef;

namespace Garita.Gateway.Evidence.Content;

/// <summary>Attachments inside winmail.dat ([MS-OXTNEF]), by MimeKit's reader; messages inside it too.</summary>
internal static class TnefInspector
{
    // The reader takes texts without a declared code page for windows-1252, which is not there before somebody asks for it.
    static TnefInspector() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private const int MostNested = 5;
    private const int MostName = 4096;

    internal static void Inspect(ArchiveInspector inspector, HeldContent held, string way, int archiveDepth)
    {
        using var stream = held.Open(0, held.Length);
        using var reader = new TnefReader(stream, 0, TnefComplianceMode.Loose);
        Read(inspector, reader, way, archiveDepth, nested: 0);
    }

    private static void Read(ArchiveInspector inspector, TnefReader reader, string way, int archiveDepth, int nested)
    {
        if (nested > MostNested)
        {
            inspector.Scan.Report.Add(AttachmentClass.Bombs, "", way + "messages in messages", inspector.Part);
            return;
        }

        while (!inspector.Scan.Stopped && reader.ReadNextAttribute())
        {
            switch (reader.AttributeTag)
            {
                case TnefAttributeTag.AttachTitle when reader.AttributeRawValueLength <= MostName:
                    inspector.TakeName(reader.TnefPropertyReader.ReadValueAsString().TrimEnd('\0'), way);
                    break;
                case TnefAttributeTag.AttachData:
                    using (var data = reader.TnefPropertyReader.GetRawValueReadStream())
                        inspector.InspectStream(data, [], reader.AttributeRawValueLength, way, archiveDepth);
                    break;
                case TnefAttributeTag.Attachment or TnefAttributeTag.MapiProperties or TnefAttributeTag.RecipientTable:
                    ReadProperties(inspector, reader.TnefPropertyReader, way, archiveDepth, nested);
                    break;
                default:
                    break;
            }
        }
    }

    private static void ReadProperties(ArchiveInspector inspector, TnefPropertyReader properties, string way, int archiveDepth, int nested)
    {
        while (!inspector.Scan.Stopped && properties.ReadNextProperty())
        {
            switch (properties.PropertyTag.Id)
            {
                case TnefPropertyId.AttachLongFilename or TnefPropertyId.AttachFilename or TnefPropertyId.DisplayName or TnefPropertyId.AttachLongPathname or TnefPropertyId.AttachPathname or TnefPropertyId.AttachTransportName
                    when properties.RawValueLength <= MostName && properties.PropertyTag.ValueTnefType is TnefPropertyType.String8 or TnefPropertyType.Unicode:
                    inspector.TakeName(properties.ReadValueAsString().TrimEnd('\0'), way);
                    break;
                case TnefPropertyId.AttachData when properties.IsEmbeddedMessage:
                    using (var inner = properties.GetEmbeddedMessageReader())
                        Read(inspector, inner, way, archiveDepth, nested + 1);
                    break;
                case TnefPropertyId.AttachData:
                    using (var data = properties.GetRawValueReadStream())
                        inspector.InspectStream(data, [], properties.RawValueLength, way, archiveDepth);
                    break;
                default:
                    break;
            }
        }
    }
}
